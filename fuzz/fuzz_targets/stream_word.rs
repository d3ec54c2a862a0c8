//! What a gateway says between the events of a stream: read back as it was written.
#![cfg_attr(fuzzing, no_main)]
use protocol::session::{NeedVoucher, StreamNotice};
farthing_fuzz::target!(|data: &[u8]| {
    let again = |need: &NeedVoucher| NeedVoucher::parse(need.data().as_bytes());
    NeedVoucher::parse(data).iter().for_each(|need| assert_eq!(again(need).as_ref(), Ok(need)));
    let again = |notice: &StreamNotice| StreamNotice::parse(notice.data().as_bytes());
    StreamNotice::parse(data).iter().for_each(|notice| assert_eq!(again(notice).as_ref(), Ok(notice)));
});
