//! The paragraphs of the problem pages.

use super::paragraph;

#[test]
fn every_code_has_its_paragraph() {
    assert!(paragraph("payment-required").unwrap().starts_with("402 "));
    assert!(paragraph("internal").unwrap().starts_with("500 "));
    assert!(!paragraph("busy").unwrap().contains("###"));
    assert_eq!(paragraph("no-such-code"), None);
    assert_eq!(paragraph(""), None);
    assert_eq!(paragraph("`busy"), None);
}
