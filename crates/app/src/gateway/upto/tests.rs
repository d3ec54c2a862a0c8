//! Streams that never end.

use super::*;
use crate::gateway::proxy::BoxError;
use http_body_util::BodyExt;
use hyper::body::Frame;
use market::{Rate, Unit};
use money::{Amount, Asset};
use std::num::NonZeroU64;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A body that says nothing more and does not end.
struct Endless;

impl hyper::body::Body for Endless {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Poll::Pending
    }
}

#[tokio::test]
async fn a_stream_without_an_end_keeps_nothing_back_for_ever() {
    let reply = Response::builder().header(header::CONTENT_TYPE, MEDIA_TYPE).body(Endless.boxed_unsync()).unwrap();
    let rate = Rate { amount: Amount::from_u32(2), per: NonZeroU64::MIN };
    let metered = Metered { rate, asset: Asset::fiat("EUR").unwrap(), unit: Unit::parse("token").unwrap(), most: 10, video: None };
    assert!(counted(reply, &metered, Duration::from_millis(20)).await.is_none());
    assert_eq!(MOST_TIME, Duration::from_secs(300), "as the offer says");
}
