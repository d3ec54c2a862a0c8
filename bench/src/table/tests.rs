//! How figures are written.
use super::{Table, count, median, times};

#[test]
fn the_middle_of_odd_and_even_many() {
    assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
    assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
    assert!(median(&[]).is_nan());
}

#[test]
fn figures_for_people() {
    assert_eq!(
        (count(0.4), count(999.0), count(1_000.0), count(1_234_567.0)),
        ("0".into(), "999".into(), "1,000".into(), "1,234,567".into())
    );
    assert_eq!((times(8.25), times(f64::NAN)), ("8.2x".into(), "-".into()));
}

#[test]
fn a_table_is_aligned() {
    let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
    let table = Table {
        title: "books".into(),
        columns: row(["engine", "rate"]),
        rows: vec![row(["ours", "1,000"]), row(["SQLite", "10"])],
        notes: vec!["warm".into()],
        json: serde_json::Value::Null,
    };
    assert_eq!(table.text(), "books\n\nengine   rate\n-------------\nours    1,000\nSQLite     10\n\n- warm");
}
