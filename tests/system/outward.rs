//! What tests of the outward half share: a marketplace that does as it is told, orders to send
//! something about, and the ERP's messages.

mod messages;
mod processes;
mod sales;
mod scripted;

pub use messages::{cancel, invoice, progress, returned, shipment, with};
pub use processes::kill;
pub use sales::{authorize, place, sell, sell_at};
pub use scripted::{Say, Scripted};

use feirante_models::{InvoiceNumber, OrderId};
use feirante_sandbox::template::Source;
use feirante_store::orders::Dossier;
use feirante_store::{Budget, Orders};

use crate::harness::{PATIENCE, Setup, System};

/// A schedule and a pace that a test can wait for, and no breaker.
pub const QUICK: &str = "[delivery]\nretry = [\"100ms\"]\ngive_up_after = \"1m\"\n\
    longest_retry_after = \"2s\"\n\
    [delivery.orders]\nper_second = 500\nburst = 500\n\
    breaker = { failures = 1000, pause = \"1s\", longest_pause = \"1s\" }\n\
    [delivery.catalog]\nper_second = 500\nburst = 500\n\
    breaker = { failures = 1000, pause = \"1s\", longest_pause = \"1s\" }\n";

/// The fixture whose marketplace is `market`, with this `[delivery]`.
pub fn facing(market: &Scripted, delivery: &str) -> Setup {
    let endpoints = market.endpoints();
    Setup::new().seller(
        "[[warehouses]]",
        &format!("{endpoints}\n{delivery}\n[[warehouses]]"),
    )
}

/// The same for what concerns orders alone: nobody is told of the catalog.
pub fn facing_orders(market: &Scripted, delivery: &str) -> Setup {
    orders_alone(facing(market, delivery))
}

/// The fixture with a second account, `mkt2`, whose marketplace is `second`.
pub fn facing_two(first: &Scripted, second: &Scripted, delivery: &str) -> Setup {
    let endpoints = second.endpoints();
    let account = format!(
        "[[marketplaces]]\naccount = \"mkt2\"\nseller_id = \"seller2\"\nkey = \"q7\"\n\
         sales_channels = [\"1\"]\n\n[marketplaces.outbound]\napp_key = \"key-mkt2\"\n\
         app_token = \"token-mkt2\"\n\n{endpoints}\n{delivery}"
    );
    facing(first, &account)
}

/// Relays no changes of offers.
pub fn orders_alone(setup: Setup) -> Setup {
    setup.options(|options| {
        let relay = options.stack.functions.get_mut("relay-changes").unwrap();
        relay
            .sources
            .retain(|source| !matches!(source, Source::Stream { table, .. } if table == "Offers"));
    })
}

/// Everything the system knows of an order.
pub async fn dossier(system: &System, order: &str) -> Dossier {
    let orders = Orders::new(system.dynamodb(), system.ready().tables["orders"].clone());
    let order = OrderId::parse(order).unwrap();
    let dossier = orders.dossier(&order, Budget::of(PATIENCE)).await;
    dossier.unwrap().unwrap()
}

/// How often the marketplace was asked in vain to take an invoice, once nobody is at it; `None`
/// while somebody is, or nothing is due.
pub async fn attempts(system: &System, order: &str, invoice: &str) -> Option<u32> {
    let dossier = dossier(system, order).await;
    let package = dossier
        .packages
        .get(&InvoiceNumber::parse(invoice).unwrap())?;
    let attempts = package.invoice.unsettled().next()?;
    attempts.next_at.map(|_| attempts.count)
}
