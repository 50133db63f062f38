//! What the ERP says of SKUs, prices and stock: in any order, the newest counts.

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};

use super::Plan;
use super::goods::{ACCOUNTS, Sku};
use super::message::{Message, Queue, When, copies};

/// Plans `count` messages. Their dates follow one another, so the last one planned of a kind is what
/// counts in the end, whatever comes when.
pub(super) fn add(plan: &mut Plan, count: usize, chance: &mut StdRng) {
    // Each SKU's data come once more at least: that is when the marketplaces hear of it.
    let all: Vec<String> = plan.goods.skus.keys().cloned().collect();
    for index in 0..count.max(all.len()) {
        // After all invoices.
        let at = plan.goods.at(7_200_000 + index as i64 * 1_000);
        let Some(sku) = all.get(index) else {
            let sku = all.choose(chance).unwrap().clone();
            add_one(plan, &sku, index, &at, chance);
            continue;
        };
        name(plan, sku, index, &at, chance);
    }
}

fn add_one(plan: &mut Plan, sku: &str, index: usize, at: &str, chance: &mut StdRng) {
    match chance.random_range(0..4) {
        0 => name(plan, sku, index, at, chance),
        1 => price(plan, sku, at, chance),
        _ => stock(plan, sku, index, at, chance),
    }
}

fn name(plan: &mut Plan, sku: &str, index: usize, at: &str, chance: &mut StdRng) {
    let name = format!("{sku} as of {index}");
    let message = json!({
        "type": "sku", "sku": sku, "active": true, "name": name, "weightGrams": 100 + index,
        "asOf": at,
    });
    say(plan, "SKU data", message, chance);
    plan.goods.skus.get_mut(sku).unwrap().name = name;
}

fn price(plan: &mut Plan, sku: &str, at: &str, chance: &mut StdRng) {
    let price = chance.random_range(500..9_000);
    let second = chance.random_bool(0.3);
    let mut message = json!({
        "type": "price", "sku": sku, "price": price, "listPrice": price + 100, "asOf": at,
    });
    if second {
        message["marketplace"] = ACCOUNTS[1].into();
    }
    say(plan, "price", message, chance);
    let sku = plan.goods.skus.get_mut(sku).unwrap();
    match second {
        true => sku.second_price = Some(price),
        false => sku.price = price,
    }
}

/// At one place a SKU is counted or adjusted, not both: what an adjustment is worth beside a count
/// depends on which comes first.
fn stock(plan: &mut Plan, sku: &str, index: usize, at: &str, chance: &mut StdRng) {
    let code = sku;
    let sku: &mut Sku = plan.goods.skus.get_mut(code).unwrap();
    let number: usize = code.bytes().map(usize::from).sum();
    let warehouses: Vec<&'static str> = sku.stock.keys().copied().collect();
    let place = chance.random_range(0..warehouses.len());
    let warehouse = warehouses[place];
    let stock = sku.stock.get_mut(warehouse).unwrap();
    if (number + place).is_multiple_of(2) {
        stock.on_hand = chance.random_range(10_000..50_000);
        stock.counted = true;
        let message = json!({
            "type": "stock", "sku": code, "warehouse": warehouse, "onHand": stock.on_hand,
            "asOf": at,
        });
        say(plan, "count", message, chance);
    } else {
        let delta = chance.random_range(-20..=20);
        stock.on_hand += delta;
        let message = json!({
            "type": "stockAdjustment", "id": format!("adj-{index}"), "sku": code,
            "warehouse": warehouse, "delta": delta,
        });
        say(plan, "adjustment", message, chance);
    }
}

fn say(plan: &mut Plan, kind: &'static str, message: Value, chance: &mut StdRng) {
    let copies = copies(plan.messages.len(), message, chance);
    plan.messages.push(Message {
        queue: Queue::Offers,
        kind,
        when: When::Whenever,
        order: None,
        copies,
    });
}
