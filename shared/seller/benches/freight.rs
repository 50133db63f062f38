//! What freight costs a simulation: a cart of 100 lines, a rate table of 20,000 rows.
//!
//! `cargo bench -p feirante-seller --bench freight`. Allocations are counted too: those of
//! `table_from_json` are what a table takes in memory.

#[path = "common/cart.rs"]
mod cart;
mod common;

use common::{Files, parsed};
use divan::{AllocProfiler, Bencher, black_box};
use feirante_models::Instant;
use feirante_models::simulation::SimulationRequest;
use feirante_seller::settings::{Rate, Settings};
use feirante_seller::shipping::{Occupancy, RateTable};
use feirante_seller::simulate::simulate;

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

const LINES: usize = 100;

const SELLER: &str = r#"
[seller]
name = "Feira da Esquina"
follow_up_email = "pedidos@feira.example"
ships_to = ["BRA"]
currency = "BRL"

[calendar]
holidays = ["2026-11-20", "2026-12-25", "2027-01-01"]
time_zone = "America/Sao_Paulo"

[[marketplaces]]
account = "mkt1"
seller_id = "seller1"
key = "k9"
sales_channels = ["1"]

[[warehouses]]
id = "main"
handling = "1bd"
cut_off = "14:00"

[[shipping.methods]]
id = "Normal"
name = "Entrega Normal"
channel = "delivery"
warehouses = ["main"]
estimate = "5bd"
RATE
cubic_divisor = 6000
free_above = 50000

  [[shipping.methods.areas]]
  country = "BRA"
"#;

fn settings(rate: &str) -> Settings {
    parsed(&SELLER.replace("RATE", rate), &Files::with(&[]))
}

fn rate_table(settings: &Settings) -> &RateTable {
    match &settings.shipping.methods[0].rate {
        Rate::Table(table) => table,
        other => unreachable!("{other:?}"),
    }
}

/// The same cart with a price for all, and with the table: what the table costs lies between.
#[divan::bench(args = ["price = 1500", "rate_table = \"frete.csv\""])]
fn a_cart_of_100_lines(bencher: Bencher<'_, '_>, rate: &str) {
    let (settings, offers) = (settings(rate), cart::offers(LINES));
    let (Some(cart), Some(now)) = (
        SimulationRequest::read(&cart::body(LINES), "", None).ok(),
        Instant::from_millis(1_795_219_200_000),
    ) else {
        unreachable!("the cart is well-formed");
    };
    let free = Occupancy::default();
    let marketplace = &settings.marketplaces[0];
    let answer = || simulate(&settings, marketplace, &cart, &offers, &free, now);
    let logistics = answer().response.logistics_info;
    assert!(logistics.len() == LINES && logistics.iter().all(|row| row.slas.len() == 1));
    bencher.bench_local(|| black_box(answer()));
}

/// A file with a table is read, checked and indexed: when it is applied.
#[divan::bench(sample_count = 10)]
fn table_from_csv() -> Settings {
    settings("rate_table = \"frete.csv\"")
}

/// A stored table is read: when settings change.
#[divan::bench(sample_count = 20)]
fn table_from_json(bencher: Bencher<'_, '_>) {
    let settings = settings("rate_table = \"frete.csv\"");
    let Ok(json) = serde_json::to_string(rate_table(&settings)) else {
        unreachable!("a table is JSON");
    };
    bencher
        .counter(divan::counter::BytesCount::of_str(&json))
        .bench_local(|| serde_json::from_str::<RateTable>(black_box(&json)));
}

fn main() {
    divan::main();
}
