//! What a gateway says between the events of a stream: read back as it was written.
#![cfg_attr(fuzzing, no_main)]
use protocol::session::{NeedVoucher, StreamNotice};

farthing_fuzz::target!(|data: &[u8]| {
    if let Ok(need) = NeedVoucher::parse(data) {
        assert_eq!(NeedVoucher::parse(need.data().as_bytes()), Ok(need));
    }
    if let Ok(notice) = StreamNotice::parse(data) {
        assert_eq!(StreamNotice::parse(notice.data().as_bytes()), Ok(notice));
    }
});
