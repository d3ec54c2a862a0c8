//! Teasers: only what stands before the cut.

use super::*;

#[test]
fn only_what_stands_before_the_cut_is_shown() {
    let page = r#"<!doctype html><html lang="en"><head><title>Quiet &amp; still
        harbour</title><meta name="author" content="Ann B. &ndash; Berlin"></head><body>
        <h1>Quiet harbour</h1><p>The <em>first</em> paragraph &#8212; free.</p><p>Second<script>var hidden = 1;</script>.</p>
        <p>Half <!-- farthing:more --> secret</p><p>Secret.</p><svg><title>no</title></svg></body></html>"#;
    assert_eq!(
        extract(page.as_bytes()),
        Teaser {
            title: Some("Quiet & still harbour".to_owned()),
            byline: Some("Ann B. – Berlin".to_owned()),
            lang: Some("en".to_owned()),
            paragraphs: vec!["The first paragraph — free.".to_owned(), "Second.".to_owned(), "Half".to_owned()],
            kind: Kind::Page,
        }
    );
}

#[test]
fn no_cut_no_text() {
    let shown = |page: &str| extract(page.as_bytes()).paragraphs;
    assert!(shown("<p>All of it is for sale.</p>").is_empty());
    assert!(shown("<p>One</p><!-- farthing more --><p>Two</p>").is_empty());
    assert!(shown("<p>One</p><script>'<!-- farthing:more -->'</script><p>Two</p>").is_empty());
    assert_eq!(shown("<p>One</p><!--farthing:more--><p>Two</p>"), ["One"]);
}

#[test]
fn markup_in_a_teaser_is_text() {
    let teaser = extract(b"<title>a</title><p>&lt;script&gt;alert(1)&lt;/script&gt; &unknown; & Co</p><!-- farthing:more -->");
    assert_eq!(teaser.paragraphs, ["<script>alert(1)</script> &unknown; & Co"]);
}

#[test]
fn a_page_that_is_cut_short_is_shown_only_if_its_cut_was_seen() {
    assert_eq!(extract(b"<title>T</title><p>One</p><!-- farthing:more --><p>Tw").paragraphs, ["One"]);
    assert!(extract(b"<title>T</title><p>One</p><!-- farthing:mo").paragraphs.is_empty());
}
