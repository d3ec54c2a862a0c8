//! The bar: decoys, chunks of every size, pages that break off.

use super::*;

/// A body in chunks of `size` bytes.
fn chunks(page: &str, size: usize) -> Body {
    let frames: Vec<Result<Frame<Bytes>, BoxError>> =
        page.as_bytes().chunks(size).map(|chunk| Ok(Frame::data(Bytes::copy_from_slice(chunk)))).collect();
    Frames(frames.into_iter()).boxed_unsync()
}

struct Frames(std::vec::IntoIter<Result<Frame<Bytes>, BoxError>>);

impl hyper::body::Body for Frames {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Poll::Ready(self.0.next())
    }
}

fn only_bar() -> Insertions {
    Insertions { head: None, body: Some("[BAR]".to_owned()) }
}

async fn inserted(page: &str, size: usize) -> String {
    let body = insert(chunks(page, size), only_bar());
    String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

#[tokio::test]
async fn a_link_stands_in_the_true_head() {
    let page = "<!-- <head> --><html><head><title><head></title></head><body><head>x</body>";
    let both = Insertions { head: Some("[LINK]".to_owned()), body: Some("[BAR]".to_owned()) };
    let body = insert(chunks(page, 7), both).collect().await.unwrap().to_bytes();
    assert_eq!(body, "<!-- <head> --><html><head>[LINK]<title><head></title></head><body>[BAR]<head>x</body>");
    let body = insert(chunks("<p>no head", 7), Insertions { head: Some("[LINK]".to_owned()), body: None }).collect().await.unwrap();
    assert_eq!(body.to_bytes(), "<p>no head");
}

#[tokio::test]
async fn the_bar_stands_after_the_true_body() {
    let table = [
        ("<html><body><p>x</p></body></html>", "<html><body>[BAR]<p>x</p></body></html>"),
        ("<body class='a > b' data-x=\"<body>\">x", "<body class='a > b' data-x=\"<body>\">[BAR]x"),
        ("<!-- <body> --><body>x", "<!-- <body> --><body>[BAR]x"),
        ("<title><body></title><body>x", "<title><body></title><body>[BAR]x"),
        ("<script>'<body>'</script><BODY>x", "<script>'<body>'</script><BODY>[BAR]x"),
        ("<style>/*<body>*/</style><body>x<body>y", "<style>/*<body>*/</style><body>[BAR]x<body>y"),
        ("<p>no body at all", "<p>no body at all"),
        ("", ""),
        ("<body>&eacute; \u{e9} <b unclosed", "<body>[BAR]&eacute; \u{e9} <b unclosed"),
    ];
    for (page, expected) in table {
        for size in [1, 7, 4_096] {
            assert_eq!(inserted(page, size).await, expected, "in chunks of {size}");
        }
    }
}

#[tokio::test]
async fn a_tag_longer_than_is_held_passes_as_it_is() {
    let page = format!("<body data-x=\"{}\">x", "y".repeat(MOST_HELD + 10));
    assert_eq!(inserted(&page, 65_536).await.len(), page.len());
}

#[tokio::test]
async fn a_page_that_breaks_off_breaks_off() {
    let frames = vec![Ok(Frame::data(Bytes::from_static(b"<body>x"))), Err("gone".into())];
    let body = insert(Frames(frames.into_iter()).boxed_unsync(), only_bar());
    assert!(body.collect().await.is_err());
}

#[test]
fn the_bar_fits_into_any_encoding() {
    assert_eq!(ascii("Paid €0.05 · 한"), "Paid &#8364;0.05 &#183; &#54620;");
}

#[test]
fn only_pages_in_plain_bytes_are_touched() {
    let headers = |content: &'static str, encoding: Option<&'static str>| {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content));
        encoding.map(|encoding| headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding)));
        headers
    };
    assert!(is_page(&headers("text/html; charset=utf-8", None)));
    assert!(is_page(&headers("Text/HTML", Some("identity"))));
    assert!(!is_page(&headers("text/html", Some("gzip"))));
    assert!(!is_page(&headers("text/html; charset=UTF-16LE", None)));
    assert!(!is_page(&headers("application/json", None)));
}
