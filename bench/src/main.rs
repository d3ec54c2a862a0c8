//! Runs one bench and prints its table.

mod gateway;
mod gateway_load;
mod gateway_origin;
mod gateway_peer;
mod gateway_shop;
mod pages;
mod table;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_else(|| "gateway".to_owned());
    let rounds = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(5);
    let table = match name.as_str() {
        "pages" => pages::run(rounds)?,
        _ => gateway::run(rounds)?,
    };
    println!("{}\n", table.title);
    let width = |column: usize| {
        let cells = table.rows.iter().filter_map(|row| row.get(column)).chain(table.columns.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    for row in std::iter::once(&table.columns).chain(&table.rows) {
        let cells: Vec<String> = row
            .iter()
            .enumerate()
            .map(|(at, cell)| {
                let w = width(at);
                format!("{cell:<w$}")
            })
            .collect();
        println!("  {}", cells.join("  "));
    }
    table.notes.iter().for_each(|note| println!("\n{note}"));
    if std::env::args().any(|word| word == "--json") {
        println!("{}", table.json);
    }
    Ok(())
}
