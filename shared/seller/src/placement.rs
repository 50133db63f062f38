//! Placing orders (protocol §3.2): which of a call's orders are new, whether they can be sold, and
//! what is reserved for them where.

mod refusal;

use std::collections::{BTreeMap, HashMap};

use feirante_models::placement::OrderRequest;
use feirante_models::{Cents, Code, Instant, OrderId, Problem, SkuId};
use jiff::SignedDuration;

pub use refusal::{Reason, Refusal, Refused, out_of_stock, repeat, repeat_of};

use crate::allocation::{Allocation, Supply};
use crate::channel;
use crate::divergence;
use crate::fees::FeeTerms;
use crate::ledger::Ledger;
use crate::offer::Offer;
use crate::order::size::{MOST_BYTES_PLACED, bytes};
use crate::order::{
    Change, Entry, Line, Modifications, Order, Places, Review, State, StockMovements,
    reserved_units,
};
use crate::pricing::{self, Price};
use crate::settings::{Decision, Marketplace, Settings};
use crate::shipping::{LimitedSlot, slot_now, slot_of};

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

impl<'a> Terms<'a> {
    /// What a simulation of the same moment says.
    pub(crate) fn price(&self, offer: &'a Offer) -> Option<Price<'a>> {
        let promotions = &self.settings.promotions;
        let channel = self.sales_channel;
        pricing::price(offer, promotions, self.marketplace, channel, self.now)
    }

    /// What the marketplace charges for an order.
    fn fees(&self, request: &OrderRequest, offers: &HashMap<SkuId, Offer>) -> Option<FeeTerms> {
        let fees = self.marketplace.fees.as_ref()?;
        let sold = request.lines.iter();
        let sold = sold.filter_map(|line| offers.get(&line.sku));
        Some(FeeTerms::of(fees, sold, request.payment_value))
    }
}

/// What to write for a call: every new order of it, or nothing.
#[derive(Debug, Clone)]
pub struct Plan<'a> {
    /// Orders to write, each with the request it came as; none if all exist.
    pub new: Vec<(Order, &'a OrderRequest)>,
    /// What to reserve for all of them together.
    pub reserve: StockMovements,
    /// What must be left then, by the marketplace's rules: where, too.
    pub keep: StockMovements,
}

impl Plan<'_> {
    /// The first of `skus` of which the plan takes or keeps more than `offers` have where it does.
    #[must_use]
    pub fn short<'s>(
        &self,
        skus: impl IntoIterator<Item = &'s SkuId>,
        offers: &HashMap<SkuId, Offer>,
    ) -> Option<&'s SkuId> {
        let none = BTreeMap::new();
        skus.into_iter().find(|sku| {
            let stock = offers.get(*sku).map(|offer| &offer.stock);
            let left = |warehouse| stock.and_then(|stock| stock.get(warehouse));
            let taken = self.reserve.get(*sku).unwrap_or(&none);
            let kept = self.keep.get(*sku).unwrap_or(&none);
            let needed = |place| taken.get(place).unwrap_or(&0) + kept.get(place).unwrap_or(&0);
            let mut places = taken.keys().chain(kept.keys());
            places.any(|place| left(place).map_or(0, |stock| stock.available) < needed(place))
        })
    }
}

/// Decides about the `requests` of one call, of which `existing` have been placed before.
///
/// Whether there is enough stock is not decided here: only the write can tell. The warehouses of a
/// line's delivery method that seem to have enough are chosen.
///
/// # Errors
/// ES005 for an order that has no room in its item; ES012, ES013 for one that exists otherwise; ES014 for
/// a SKU that is not sold, or of which the marketplace may never sell so many; ES015 when the seller's
/// price rules refuse.
pub fn plan<'a>(
    terms: &Terms<'_>,
    requests: &'a [OrderRequest],
    existing: &HashMap<OrderId, Order>,
    offers: &HashMap<SkuId, Offer>,
) -> Result<Plan<'a>, Refused> {
    let mut allocation = Allocation::default();
    let mut new = Vec::new();
    for request in requests {
        let id = OrderId::of(&terms.marketplace.account, &request.marketplace_order_id);
        match existing.get(&id) {
            Some(order) => repeat_of(order, request)?,
            None => {
                let order = place(terms, id, request, offers, &mut allocation)?;
                fits(&order)?;
                new.push((order, request));
            }
        }
    }
    let reserve = reserved_units(new.iter().map(|(order, _)| order));
    let mut plan = Plan {
        new,
        reserve,
        keep: StockMovements::new(),
    };
    plan.keep = keep(terms, &plan.reserve, offers).map_err(|sku| plan.lacks(sku))?;
    Ok(plan)
}

/// What must be left of each SKU once `reserve` is taken, by the marketplace's rules. Fails with a SKU
/// of which it may never sell so many.
pub(crate) fn keep<'a>(
    terms: &Terms<'_>,
    reserve: &'a StockMovements,
    offers: &HashMap<SkuId, Offer>,
) -> Result<StockMovements, &'a SkuId> {
    let mut keep = StockMovements::new();
    for (sku, taken) in reserve {
        let Some(offer) = offers.get(sku) else {
            continue;
        };
        let (_, rule) = terms.marketplace.stock.rule(offer);
        let units = rule.kept(taken.values().sum());
        let units = units.ok_or(sku)?;
        if units > 0 {
            let places = channel::keep(terms.settings, offer, taken, units);
            keep.insert(sku.clone(), places);
        }
    }
    Ok(keep)
}

fn place(
    terms: &Terms<'_>,
    order_id: OrderId,
    request: &OrderRequest,
    offers: &HashMap<SkuId, Offer>,
    allocation: &mut Allocation,
) -> Result<Order, Refused> {
    let account = &terms.marketplace.account;
    let mut lines = Vec::with_capacity(request.lines.len());
    let mut ours = Some(Cents::ZERO);
    for line in &request.lines {
        let not_sold = || refusal::not_sold(account, request, &line.sku);
        let offer = offers.get(&line.sku).filter(|offer| offer.active);
        let offer = offer.ok_or_else(not_sold)?;
        let price = terms.price(offer).ok_or_else(not_sold)?.price;
        ours = ours
            .zip(price.checked_mul(line.quantity.get()))
            .and_then(|(sum, price)| sum.checked_add(price));
        let supply = supply(terms.settings, line.selected_sla.as_deref(), offer);
        let taken = allocation.take(offer, &supply, line.quantity.get());
        lines.push(Line {
            sku: line.sku.clone(),
            quantity: line.quantity,
            price: line.price,
            shipping_price: line.shipping_price,
            shipping_method: line.selected_sla.clone(),
            places: Places::of(&taken).ok_or_else(|| {
                let sku = line.sku.clone();
                let problem = out_of_stock(&sku);
                Refused::of(account, request, Reason::OutOfStock { sku }, problem)
            })?,
        });
    }
    let theirs = request.items_total;
    let ours =
        ours.ok_or_else(|| Problem::new(Code::Schema, "the order is larger than can be counted"))?;
    let review = match divergence::decide(&terms.marketplace.divergence, ours, theirs) {
        Decision::Authorize => Review::NotNeeded,
        Decision::Review => Review::Pending,
        Decision::Deny => {
            let problem = Problem::new(
                Code::PriceDivergence,
                format!(
                    "order {}: its prices differ too much from the seller's",
                    request.marketplace_order_id
                ),
            );
            let reason = Reason::Prices { theirs, ours };
            return Err(Refused::of(account, request, reason, problem));
        }
    };
    let change = Change::Placed {
        theirs,
        ours,
        needs_review: review == Review::Pending,
    };
    Ok(Order {
        order_id,
        account: account.clone(),
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
        slots: slots(terms, request),
        total: request.total,
        differing_payment_value: request
            .payment_value
            .filter(|value| *value != request.total),
        fees: terms.fees(request, offers),
        invoices: Ledger::default(),
        canceling: None,
        modifications: Modifications::default(),
        timeline: vec![Entry {
            at: terms.now,
            change,
        }],
    })
}

/// That an order, however it goes on, fits into its item.
fn fits(order: &Order) -> Result<(), Problem> {
    if bytes(order) <= MOST_BYTES_PLACED {
        return Ok(());
    }
    let why = format!(
        "order {} is larger than can be kept: {} KB of items and names is the most",
        order.marketplace_order_id,
        MOST_BYTES_PLACED / 1024
    );
    Err(Problem::new(Code::TooManyItems, why))
}

/// The limited delivery windows an order takes: one place in each, however many lines come in it.
fn slots(terms: &Terms<'_>, request: &OrderRequest) -> Vec<LimitedSlot> {
    let mut slots: Vec<LimitedSlot> = Vec::new();
    for line in &request.lines {
        let chosen = line.selected_sla.as_deref().zip(line.delivery_window);
        let slot = chosen.and_then(|(method, window)| {
            let (start, end) = (window.start.timestamp(), window.end.timestamp());
            slot_of(terms.settings, method, start, end)
        });
        slots.extend(slot.filter(|slot| !slot.id.is_past(terms.now) && !slots.contains(slot)));
    }
    slots
}

/// Brings the delivery windows of an expired order up to date, for which it is paid after all: those
/// that are past are not taken again, nor those that are not limited any more.
pub fn renew_slots(settings: &Settings, order: &mut Order, now: Instant) {
    if !matches!(order.state, State::Expired { .. }) {
        return;
    }
    let ahead = order.slots.iter().filter(|slot| !slot.id.is_past(now));
    order.slots = ahead
        .filter_map(|slot| slot_now(settings, &slot.id))
        .collect();
}

/// How long an order's stock is held unpaid.
fn held_for(request: &OrderRequest) -> SignedDuration {
    request
        .lock
        .unwrap_or_default()
        .clamp(SHORTEST_RESERVATION, LONGEST_RESERVATION)
}

/// Where a line may be taken from: by the chosen delivery method, or from anywhere if that is not
/// one of ours any more.
pub(crate) fn supply<'s>(
    settings: &'s Settings,
    method: Option<&str>,
    offer: &Offer,
) -> Supply<'s> {
    match method.and_then(|id| settings.shipping_method(id)) {
        Some(method) => Supply::of(method),
        None => Supply::anywhere(settings, offer),
    }
}

/// Chooses the warehouses of an order's lines anew, for one whose units were given back.
pub fn reassign(settings: &Settings, order: &mut Order, offers: &HashMap<SkuId, Offer>) {
    let mut allocation = Allocation::default();
    for line in &mut order.lines {
        let chosen = offers.get(&line.sku).and_then(|offer| {
            let supply = supply(settings, line.shipping_method.as_deref(), offer);
            Places::of(&allocation.take(offer, &supply, line.quantity.get()))
        });
        if let Some(places) = chosen {
            line.places = places;
        }
    }
}

#[cfg(test)]
mod tests;
