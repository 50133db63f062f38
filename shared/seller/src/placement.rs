//! Placing orders (protocol §3.2): which of a call's orders are new, whether they can be sold, and
//! what is reserved for them where.

use std::collections::HashMap;

use feirante_models::placement::OrderRequest;
use feirante_models::{Cents, Code, Instant, OrderId, Problem, SkuId, WarehouseId};
use jiff::SignedDuration;

use crate::allocation::Allocation;
use crate::divergence;
use crate::ledger::Ledger;
use crate::offer::Offer;
use crate::order::{Change, Entry, Line, Order, Review, State, StockMovements, reserved_units};
use crate::pricing;
use crate::settings::{Decision, Marketplace, Settings};

/// A reservation is held at least this long…
const SHORTEST_RESERVATION: SignedDuration = SignedDuration::from_hours(8 * 24);
/// …and no longer than the marketplace itself waits for a payment.
const LONGEST_RESERVATION: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Where a call comes from and what is in force.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// The seller file.
    pub settings: &'a Settings,
    /// The calling marketplace.
    pub marketplace: &'a Marketplace,
    /// The sales channel whose prices the order is compared with.
    pub sales_channel: &'a str,
    /// The moment of the decision.
    pub now: Instant,
}

/// What to write for a call: every new order of it, or nothing.
#[derive(Debug, Clone)]
pub struct Plan<'a> {
    /// Orders to write, each with the request it came as; none if all exist.
    pub new: Vec<(Order, &'a OrderRequest)>,
    /// What to reserve for all of them together.
    pub reserve: StockMovements,
}

impl Plan<'_> {
    /// The first of `skus` of which the plan takes more than `offers` have where it takes it.
    #[must_use]
    pub fn short<'s>(
        &self,
        skus: impl IntoIterator<Item = &'s SkuId>,
        offers: &HashMap<SkuId, Offer>,
    ) -> Option<&'s SkuId> {
        skus.into_iter().find(|sku| {
            let stock = offers.get(*sku).map(|offer| &offer.stock);
            let left = |warehouse| stock.and_then(|stock| stock.get(warehouse));
            let taken = self.reserve.get(*sku).into_iter().flatten();
            let mut taken = taken.map(|(warehouse, units)| (left(warehouse), *units));
            taken.any(|(left, units)| left.map_or(0, |stock| stock.available) < units)
        })
    }
}

/// Decides about the `requests` of one call, of which `existing` have been placed before.
///
/// Whether there is enough stock is not decided here: only the write can tell. The first warehouse
/// of a line's delivery method that seems to have enough is chosen.
///
/// # Errors
/// ES012, ES013 for an order that exists otherwise; ES014 for a SKU that is not sold; ES015 when
/// the seller's price rules refuse.
pub fn plan<'a>(
    terms: &Terms<'_>,
    requests: &'a [OrderRequest],
    existing: &HashMap<OrderId, Order>,
    offers: &HashMap<SkuId, Offer>,
) -> Result<Plan<'a>, Problem> {
    let mut allocation = Allocation::default();
    let mut new = Vec::new();
    for request in requests {
        let id = OrderId::of(&terms.marketplace.account, &request.marketplace_order_id);
        match existing.get(&id) {
            Some(order) => repeat(order, request)?,
            None => new.push((place(terms, id, request, offers, &mut allocation)?, request)),
        }
    }
    let reserve = reserved_units(new.iter().map(|(order, _)| order));
    Ok(Plan { new, reserve })
}

/// Whether `request` is the placement that made `order`.
///
/// # Errors
/// ES013 if it can't be made again, ES012 if its content differs.
pub fn repeat(order: &Order, request: &OrderRequest) -> Result<(), Problem> {
    let refuse = |code, why| {
        let id = &request.marketplace_order_id;
        Err(Problem::new(code, format!("order {id} {why}")))
    };
    if order.marketplace_order_id != request.marketplace_order_id {
        return refuse(Code::DifferentContent, "has the id of another order");
    }
    match order.state {
        State::Canceled { .. } => refuse(Code::Canceled, "is canceled"),
        State::Expired { .. } => refuse(Code::Canceled, "has expired"),
        _ if order.content_hash != request.content_hash => {
            refuse(Code::DifferentContent, "exists with different content")
        }
        _ => Ok(()),
    }
}

fn place(
    terms: &Terms<'_>,
    order_id: OrderId,
    request: &OrderRequest,
    offers: &HashMap<SkuId, Offer>,
    allocation: &mut Allocation,
) -> Result<Order, Problem> {
    let mut lines = Vec::with_capacity(request.lines.len());
    let mut ours = Some(Cents::ZERO);
    for line in &request.lines {
        let offer = offers
            .get(&line.sku)
            .filter(|offer| offer.active)
            .ok_or_else(|| not_sold(&line.sku))?;
        let price = pricing::price(offer, terms.marketplace, terms.sales_channel, terms.now)
            .ok_or_else(|| not_sold(&line.sku))?
            .price;
        ours = ours
            .zip(price.checked_mul(line.quantity.get()))
            .and_then(|(sum, price)| sum.checked_add(price));
        let places = warehouses(terms.settings, line.selected_sla.as_deref());
        lines.push(Line {
            sku: line.sku.clone(),
            quantity: line.quantity,
            price: line.price,
            shipping_price: line.shipping_price,
            shipping_method: line.selected_sla.clone(),
            warehouse: allocation
                .take(offer, places, line.quantity.get())
                .ok_or_else(|| out_of_stock(&line.sku))?,
        });
    }
    let theirs = request.items_total;
    let ours =
        ours.ok_or_else(|| Problem::new(Code::Schema, "the order is larger than can be counted"))?;
    let review = match divergence::decide(&terms.marketplace.divergence, ours, theirs) {
        Decision::Authorize => Review::NotNeeded,
        Decision::Review => Review::Pending,
        Decision::Deny => {
            return Err(Problem::new(
                Code::PriceDivergence,
                format!(
                    "order {}: its prices differ too much from the seller's",
                    request.marketplace_order_id
                ),
            ));
        }
    };
    let change = Change::Placed {
        theirs,
        ours,
        needs_review: review == Review::Pending,
    };
    Ok(Order {
        order_id,
        account: terms.marketplace.account.clone(),
        marketplace_order_id: request.marketplace_order_id.clone(),
        order_group: request.order_group.clone(),
        services_endpoint: request.services_endpoint.clone(),
        version: 1,
        state: State::Placed {
            reserved_until: terms.now.plus(held_for(request)),
        },
        review,
        placed_at: terms.now,
        content_hash: request.content_hash.clone(),
        lines,
        total: request.total,
        differing_payment_value: request
            .payment_value
            .filter(|value| *value != request.total),
        invoices: Ledger::default(),
        canceling: None,
        timeline: vec![Entry {
            at: terms.now,
            change,
        }],
    })
}

/// How long an order's stock is held unpaid.
fn held_for(request: &OrderRequest) -> SignedDuration {
    request
        .lock
        .unwrap_or_default()
        .clamp(SHORTEST_RESERVATION, LONGEST_RESERVATION)
}

/// Where a line may be taken from, in order of preference: the chosen delivery method's warehouses,
/// or all if the method is not one of ours any more.
fn warehouses<'s>(settings: &'s Settings, method: Option<&str>) -> Vec<&'s WarehouseId> {
    match method.and_then(|id| settings.shipping_method(id)) {
        Some(method) => method.warehouses.iter().collect(),
        None => settings
            .warehouses
            .iter()
            .map(|warehouse| &warehouse.id)
            .collect(),
    }
}

/// Chooses the warehouses of an order's lines anew, for one whose units were given back.
pub fn reassign(settings: &Settings, order: &mut Order, offers: &HashMap<SkuId, Offer>) {
    let mut allocation = Allocation::default();
    for line in &mut order.lines {
        let places = warehouses(settings, line.shipping_method.as_deref());
        let chosen = offers
            .get(&line.sku)
            .and_then(|offer| allocation.take(offer, places, line.quantity.get()));
        if let Some(warehouse) = chosen {
            line.warehouse = warehouse;
        }
    }
}

fn not_sold(sku: &SkuId) -> Problem {
    Problem::new(Code::OutOfStock, format!("SKU {sku} is not sold"))
}

/// The refusal of a SKU that has not as many units as are asked for.
#[must_use]
pub fn out_of_stock(sku: &SkuId) -> Problem {
    Problem::new(Code::OutOfStock, format!("not enough stock of SKU {sku}"))
}

#[cfg(test)]
mod tests;
