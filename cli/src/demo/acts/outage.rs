//! The marketplace is down for a while; then everything arrives.

use std::time::Instant;

use feirante_sandbox_marketplace::{CallName, Down, Status};
use serde_json::json;

use super::{Fate, SHIRT, SOAP, Sold, paid};
use crate::demo::market::About;
use crate::demo::stage::Stage;
use crate::demo::unmet::{Held, holds, same};
use crate::demo::wire::money;

/// The soap's new price, in cents.
const NEW_PRICE: i64 = SOAP.price - 100;
/// The shirts that are left after this order.
const LEFT: i64 = SHIRT.stock - 3;

pub(super) async fn play(stage: &mut Stage) -> Held<Fate> {
    let order = down(stage).await?;
    up(stage, &order).await?;
    Ok(Fate {
        order,
        status: Status::Invoiced,
        events: &["order.placed", "order.authorized", "order.invoiced"],
    })
}

async fn down(stage: &mut Stage) -> Held<Sold> {
    stage.begin("outage", "the marketplace is down while the ERP goes on");
    let order = paid(stage, &[(SHIRT.sku, 1)]).await?;
    stage.market.set_down(Some(Down::Unavailable)).await?;
    let mut invoice = order.invoice("NFe-00006", &SHIRT.lines(1));
    invoice["courier"] = "Correios".into();
    invoice["trackingNumber"] = "SR000000006BR".into();
    stage.erp_sends("invoices", &invoice).await?;
    let price = json!({"type": "price", "sku": SOAP.sku, "price": NEW_PRICE, "listPrice": 990});
    stage.erp_sends("offers", &price).await?;
    stage
        .fails(CallName::Invoice, About::Order(&order.market), 2)
        .await?;
    stage
        .fails(CallName::Price, About::Sku(SOAP.sku), 1)
        .await?;
    let now = stage.market.order(&order.market).await?;
    holds(
        "no invoice at the marketplace",
        now.invoices.is_empty(),
        &now.invoices,
    )?;
    stage.held().await?;
    Ok(order)
}

async fn up(stage: &mut Stage, order: &Sold) -> Held {
    stage.begin("recover", "it is up again: everything arrives, each once");
    let since = Instant::now();
    stage.market.set_down(None).await?;
    stage.market.order_until(&order.market, "invoiced").await?;
    let about = About::Order(&order.market);
    stage
        .meets(CallName::Invoice, about, |call| call.status == Some(200))
        .await?;
    let now = stage.market.order_until(&order.market, "tracked").await?;
    let number = now
        .invoices
        .first()
        .and_then(|invoice| invoice.package.tracking.as_ref());
    let number = number.map(|tracking| tracking.tracking_number.as_str());
    same("the tracking number", number, Some("SR000000006BR"))?;
    stage.erp_hears("order.invoiced", &order.seller).await?;
    stage
        .meets(CallName::Price, About::Sku(SOAP.sku), |call| {
            call.status == Some(202)
        })
        .await?;
    stage
        .market
        .offer_until(SOAP.sku, NEW_PRICE, SOAP.stock - 1)
        .await?;
    stage
        .market
        .offer_until(SHIRT.sku, SHIRT.price, LEFT)
        .await?;
    stage.say(format!(
        "invoice, tracking number, stock and the new price {} are there {:.1} s after it came up",
        money(NEW_PRICE),
        since.elapsed().as_secs_f32()
    ));
    stage.held().await
}
