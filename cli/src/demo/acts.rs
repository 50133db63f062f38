//! The acts of the demo, in the order they are played.

mod books;
mod cancellations;
mod catalog;
mod expiry;
mod outage;
mod oversell;
mod packages;
mod returns;
mod sale;

use feirante_sandbox_marketplace::{Order, Status};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::clock::Clock;
use super::market::Bought;
use super::stage::Stage;
use super::unmet::{Held, Unmet};
use super::wire::money;

/// Two SKUs of the fixture, with what it says of them: the price in cents, the stock.
const SHIRT: Goods = Goods {
    sku: "2000037",
    price: 7390,
    stock: 99,
};
const SOAP: Goods = Goods {
    sku: "34562",
    price: 890,
    stock: 5,
};
/// What the fixture's cheapest delivery costs for each line, in cents.
const SHIPPING: i64 = 200;

/// A SKU of the fixture.
struct Goods {
    sku: &'static str,
    price: i64,
    stock: i64,
}

/// An order as both sides name it.
#[derive(Debug, Clone)]
struct Sold {
    /// The seller's id.
    seller: String,
    /// The marketplace's.
    market: String,
    /// What the shopper pays, in cents.
    total: i64,
}

/// How an order ends on both sides.
#[derive(Debug)]
struct Fate {
    order: Sold,
    /// Where the marketplace has it.
    status: Status,
    /// Everything the ERP was told of it.
    events: &'static [&'static str],
}

/// Plays all acts; `offers` is what the ERP sent at the start. Without a clock no time can pass.
pub(super) async fn all(stage: &mut Stage, clock: Option<&Clock<'_>>, offers: &[String]) -> Held {
    catalog::play(stage, offers).await?;
    let mut fates = Vec::new();
    let sale = sale::play(stage).await?;
    fates.push(packages::play(stage, sale).await?);
    let (kept, canceled) = cancellations::play(stage).await?;
    fates.extend(canceled);
    fates.push(returns::play(stage, kept).await?);
    fates.push(oversell::play(stage).await?);
    match clock {
        Some(clock) => fates.push(expiry::play(stage, clock).await?),
        None => stage.leave_out("expire", "this system's schedules can't be put forward"),
    }
    fates.push(outage::play(stage).await?);
    books::play(stage, &fates).await
}

impl Sold {
    fn of(order: &Order) -> Held<Self> {
        let seller = order.seller_order_id.clone();
        let seller = seller.ok_or_else(|| Unmet::new("an order id of the seller's", "none"))?;
        Ok(Self {
            seller,
            market: order.id.clone(),
            total: order.total,
        })
    }

    /// An invoice over the whole order, or of what was returned of it, as the ERP writes it.
    fn invoice(&self, number: &str, items: &Value) -> Value {
        self.invoice_over(number, self.total, items)
    }

    /// An invoice over a part of the order, shipping included.
    fn invoice_over(&self, number: &str, value: i64, items: &Value) -> Value {
        json!({
            "orderId": self.seller,
            "type": "Output",
            "invoiceNumber": number,
            "issuanceDate": Timestamp::now(),
            "invoiceValue": value,
            "items": items,
        })
    }
}

impl Goods {
    /// Lines of an invoice for so many of them.
    fn lines(&self, quantity: i64) -> Value {
        json!([{"id": self.sku, "quantity": quantity, "price": self.price}])
    }
}

/// A shopper buys so many of each SKU, and pays.
async fn paid(stage: &mut Stage, items: &[(&str, i64)]) -> Held<Sold> {
    let cart = stage.market.cart(items).await?;
    let cart = cart.cart.unwrap_or_default();
    let bought = stage.market.buy(&cart).await?;
    let order = Sold::of(placed(&bought)?)?;
    stage.market.pay(&order.market).await?;
    stage.erp.hears("order.authorized", &order.seller).await?;
    stage.say(format!(
        "a shopper buys and pays order {}, {}",
        order.market,
        money(order.total)
    ));
    Ok(order)
}

/// The one order of a purchase that went through.
fn placed(bought: &Bought) -> Held<&Order> {
    match bought {
        Bought::Placed { orders } => orders
            .first()
            .ok_or_else(|| Unmet::new("an order", "a purchase without one")),
        other => Err(Unmet::new(
            "the seller to take the order",
            format_args!("{other:?}"),
        )),
    }
}
