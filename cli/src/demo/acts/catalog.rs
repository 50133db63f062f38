//! SKUs become known: announced, suggested, approved, priced and in stock.

use std::collections::BTreeSet;

use feirante_sandbox_marketplace::CallName;
use serde_json::{Value, json};

use super::{Goods, SHIRT, SOAP};
use crate::demo::erp::Letter;
use crate::demo::market::About;
use crate::demo::stage::Stage;
use crate::demo::unmet::{Held, Unmet, same};
use crate::demo::wire::money;

/// The SKUs of the fixture that lack what a suggestion needs; the soap is nearly complete.
const INCOMPLETE: [&str; 5] = [SOAP.sku, "5837", "77", "9007199254740993", "W1"];

/// `offers` is what the ERP sent at the start.
pub(super) async fn play(stage: &mut Stage, offers: &[String]) -> Held {
    suggest(stage).await?;
    approve(stage).await?;
    mend(stage, offers).await?;
    list(stage).await
}

async fn suggest(stage: &mut Stage) -> Held {
    stage.begin(
        "suggest",
        "the marketplace does not know the shirt: the seller suggests it",
    );
    let suggestion = stage.market.suggested(SHIRT.sku).await?;
    let about = About::Sku(SHIRT.sku);
    stage.sees(CallName::Announce, about, &[404]).await?;
    stage.sees(CallName::Suggestion, about, &[200]).await?;
    let content = suggestion.versions.last().map(|last| &last.content);
    let price = content.and_then(|content| content.pointer("/Pricing/SalePrice")?.as_i64());
    same("the suggested price", price, Some(SHIRT.price))?;
    stage.held().await
}

async fn approve(stage: &mut Stage) -> Held {
    stage.begin("approve", "the operator takes the shirt into the catalog");
    decide(stage, &SHIRT).await?;
    stage.held().await
}

/// What can't be suggested is in the dead letters with the reason; the ERP sends one complete.
async fn mend(stage: &mut Stage, offers: &[String]) -> Held {
    stage.begin(
        "mend",
        "SKUs that can't be suggested, with the reason; the ERP completes the soap",
    );
    let letters = stage
        .erp
        .dead_letters("notifications", |letters| {
            let skus: BTreeSet<&str> = letters.iter().map(sku_of).collect();
            INCOMPLETE.iter().all(|sku| skus.contains(sku))
        })
        .await?;
    for letter in letters.iter().filter(|letter| sku_of(letter) == SOAP.sku) {
        stage.say(format!("dead letter of {}: {}", SOAP.sku, letter.detail));
    }
    let (_, rest) = INCOMPLETE.split_at(1);
    stage.say(format!("dead letters of {} likewise", rest.join(", ")));
    let others = letters.iter().map(sku_of);
    let others: Vec<&str> = others.filter(|sku| !INCOMPLETE.contains(sku)).collect();
    same("other SKUs in the dead letters", others, Vec::new())?;
    stage.erp_sends("offers", &complete(offers)?).await?;
    stage.market.suggested(SOAP.sku).await?;
    let about = About::Sku(SOAP.sku);
    stage
        .meets(CallName::Suggestion, about, |call| call.status == Some(200))
        .await?;
    decide(stage, &SOAP).await?;
    stage.held().await
}

/// The seller finds the approvals and tells of price and stock; the marketplace asks for them.
async fn list(stage: &mut Stage) -> Held {
    stage.begin(
        "list",
        "the seller learns of the approvals and tells of prices and stock",
    );
    for Goods { sku, price, stock } in [SHIRT, SOAP] {
        let about = About::Sku(sku);
        stage
            .meets(CallName::Suggestion, about, |call| {
                call.method == "GET" && call.response_body.contains("Approved")
            })
            .await?;
        for name in [CallName::Price, CallName::Inventory] {
            stage
                .meets(name, about, |call| call.status == Some(202))
                .await?;
        }
        stage
            .meets(CallName::Simulate, about, |call| call.status == Some(200))
            .await?;
        let offer = stage.market.offer_until(sku, price, stock).await?;
        stage.say(format!(
            "the marketplace sells {sku} for {} instead of {}, {stock} in stock",
            money(price),
            money(offer.list_price.unwrap_or_default())
        ));
    }
    stage.held().await
}

/// The operator approves at once: the seller asks after 5 s, and then not again for 30 s.
async fn decide(stage: &mut Stage, goods: &Goods) -> Held {
    let decided = stage.market.approve(goods.sku).await?;
    stage.say(format!("operator: {} is {:?}", decided.sku, decided.status));
    Ok(())
}

/// The soap's message of the start, with what it lacks: the size, in centimetres.
fn complete(offers: &[String]) -> Held<Value> {
    let is_it = |message: &Value| message["type"] == "sku" && message["sku"] == SOAP.sku;
    let mut message = offers
        .iter()
        .filter_map(|line| serde_json::from_str(line).ok())
        .find(is_it)
        .ok_or_else(|| Unmet::new("the soap among the fixture's offers", "none"))?;
    message["dimensionsCm"] = json!({"height": 3, "width": 6, "length": 9});
    Ok(message)
}

fn sku_of(letter: &Letter) -> &str {
    letter
        .body
        .get("sku")
        .and_then(Value::as_str)
        .unwrap_or_default()
}
