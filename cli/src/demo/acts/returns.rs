//! A return: the goods come back, the money goes back, the stock is for sale again.

use feirante_sandbox_marketplace::{CallName, Status};

use super::{Fate, SHIRT, Sold};
use crate::demo::market::About;
use crate::demo::stage::Stage;
use crate::demo::unmet::{Held, holds};

/// Two shirts are sold for good; the one that comes back is for sale again.
const STOCK: i64 = SHIRT.stock - 2;

/// Returns the order whose cancellation was refused.
pub(super) async fn play(stage: &mut Stage, order: Sold) -> Held<Fate> {
    stage.begin(
        "return",
        "the buyer sends a whole order back: refunded, canceled, restocked",
    );
    let mut back = order.invoice("NFe-00005", &SHIRT.lines(1));
    back["type"] = "Input".into();
    back["restock"] = true.into();
    stage.erp_sends("invoices", &back).await?;
    let now = stage.market.order_until(&order.market, "refunded").await?;
    holds("the order to be refunded", now.refunded, now.status)?;
    let about = About::Order(&order.market);
    stage.sees(CallName::Invoice, about, &[200, 200]).await?;
    stage.erp_hears("order.returned", &order.seller).await?;
    stage.market.order_until(&order.market, "canceled").await?;
    stage.sees(CallName::Cancellation, about, &[200]).await?;
    stage.erp_hears("order.canceled", &order.seller).await?;
    stage.has_stock(SHIRT.sku, STOCK).await?;
    stage
        .market
        .offer_until(SHIRT.sku, SHIRT.price, STOCK)
        .await?;
    stage.say(format!("the marketplace knows of {STOCK} too"));
    stage.held().await?;
    Ok(Fate {
        order,
        status: Status::Canceled,
        events: &[
            "order.placed",
            "order.authorized",
            "order.cancellationRequested",
            "order.invoiced",
            "order.returned",
            "order.canceled",
        ],
    })
}
