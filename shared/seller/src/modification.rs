//! What a modification makes of an order (protocol §3.12): its lines, where their units are, its total.
//!
//! Units are taken off the order as it was asked about before any are put on, so nothing depends on
//! the order of the operations. What is put on is a line of its own.

mod exchange;
mod remainder;
mod shelves;

use std::collections::{BTreeSet, HashMap};

use feirante_models::modification::{Addition, Alterations, Difference};
use feirante_models::{Cents, Code, ModificationCode, Problem, SkuId};

use self::exchange::exchanged;
use self::remainder::{Freed, Methods, Remainder};
use self::shelves::Shelves;
use crate::fees::FeeTerms;
use crate::ledger::Ledger;
use crate::lifecycle::StockEffect;
use crate::offer::Offer;
use crate::order::size::{MOST_BYTES_PLACED, MOST_MOVED, bytes};
use crate::order::{Costs, Line, Modifications, Order};
use crate::placement::Terms;
use crate::shipping::{LimitedSlot, slot_of};

/// An order as a modification makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Modified {
    /// The order with its new lines, windows, total and fees; all else is as it was.
    pub(crate) order: Order,
    /// What was asked for with nothing left to be worked out: of this, whatever is in force then, the same
    /// comes once more.
    pub(crate) alterations: Alterations,
    /// What that changes of its costs.
    pub(crate) difference: Difference,
    /// What its stock does.
    pub(crate) stock: StockEffect,
}

/// What `alterations` make of `order`; `offers` are those of the SKUs that are put on.
///
/// # Errors
/// What the order does not allow, in the marketplace's codes where it has any; ES014 for a SKU that is
/// not sold, or of which there is not enough.
pub(crate) fn modified(
    terms: &Terms<'_>,
    order: &Order,
    alterations: &Alterations,
    offers: &HashMap<SkuId, Offer>,
) -> Result<Modified, Problem> {
    let mut remainder = Remainder::of(&order.lines);
    let mut dropped = Freed::default();
    for removal in &alterations.remove {
        remainder.take_off(removal, &mut dropped)?;
    }
    let mut told = alterations.clone();
    let mut replaced = Vec::with_capacity(told.replace.len());
    for replacement in &mut told.replace {
        let mut freed = Freed::default();
        for removal in &replacement.from {
            remainder.take_off(removal, &mut freed)?;
        }
        replaced.push((freed, &mut replacement.to));
    }
    let (mut lines, units) = remainder.left();
    let mut shelves = Shelves::new(terms.settings, offers, units);
    for (freed, to) in replaced {
        let mut instead = freed;
        for addition in to {
            let line = line(terms, order, addition, &instead, &mut shelves)?;
            tell(addition, &line);
            lines.push(line);
            instead.shipping_price = Cents::ZERO;
        }
    }
    let beside = Freed {
        shipping_price: Cents::ZERO,
        methods: methods(order),
    };
    for addition in &mut told.add {
        let line = line(terms, order, addition, &beside, &mut shelves)?;
        tell(addition, &line);
        lines.push(line);
    }
    settled(terms, order, told, lines, offers)
}

/// Makes an addition tell what its line was made to be.
fn tell(addition: &mut Addition, line: &Line) {
    addition.price = Some(line.price);
    addition.delivery.price = Some(line.shipping_price);
    addition.delivery.method.clone_from(&line.shipping_method);
}

/// A line of what is put on: where nothing else is told, it is delivered like `others`.
fn line(
    terms: &Terms<'_>,
    order: &Order,
    addition: &Addition,
    others: &Freed,
    shelves: &mut Shelves<'_>,
) -> Result<Line, Problem> {
    let shipping_method = delivery_method(order, addition, &others.methods)?;
    let method = shipping_method.as_deref();
    window_is_kept(terms, order, addition, method)?;
    let price = unit_price(terms, order, addition, shelves)?;
    let shipping_price = addition.delivery.price;
    Ok(Line {
        sku: addition.sku.clone(),
        quantity: addition.quantity,
        price,
        shipping_price: shipping_price.unwrap_or(others.shipping_price),
        places: shelves.take(&addition.sku, method, addition.quantity)?,
        shipping_method,
    })
}

fn methods(order: &Order) -> Methods {
    let lines = order.lines.iter();
    lines.map(|line| line.shipping_method.clone()).collect()
}

/// How an addition is delivered: as told, or as all the `others` are.
///
/// Where the buyer lives is not kept with the order, so only its own methods are known to serve there.
fn delivery_method(
    order: &Order,
    addition: &Addition,
    others: &Methods,
) -> Result<Option<String>, Problem> {
    let sku = &addition.sku;
    if let Some(told) = &addition.delivery.method {
        let told = Some(told.clone());
        if methods(order).contains(&told) {
            return Ok(told);
        }
        let why = format!("nothing of the order is delivered as SKU {sku} is to be");
        return Err(refused(ModificationCode::DeliveryUnknown, why));
    }
    let mut others = others.iter();
    match (others.next(), others.next()) {
        (Some(method), None) => Ok(method.clone()),
        _ => {
            let why = format!("it is not told how SKU {sku} is to be delivered");
            Err(refused(ModificationCode::DeliveryUnclear, why))
        }
    }
}

/// A delivery window that only so many orders can have is the order's, or none of a modification.
fn window_is_kept(
    terms: &Terms<'_>,
    order: &Order,
    addition: &Addition,
    method: Option<&str>,
) -> Result<(), Problem> {
    let Some((method, window)) = method.zip(addition.delivery.window) else {
        return Ok(());
    };
    let (start, end) = (window.start.timestamp(), window.end.timestamp());
    match slot_of(terms.settings, method, start, end) {
        Some(slot) if order.slots.iter().all(|own| own.id != slot.id) => Err(refused(
            ModificationCode::DeliveryUnknown,
            format!("the order does not have the delivery window {}", slot.id),
        )),
        _ => Ok(()),
    }
}

/// What a unit costs: as told; else what it costs in the order; else what it costs now.
fn unit_price(
    terms: &Terms<'_>,
    order: &Order,
    addition: &Addition,
    shelves: &Shelves<'_>,
) -> Result<Cents, Problem> {
    if let Some(price) = addition.price {
        return Ok(price);
    }
    let sku = &addition.sku;
    let own = order.lines.iter().filter(|line| line.sku == *sku);
    let prices: BTreeSet<Cents> = own.map(|line| line.price).collect();
    let mut each = prices.into_iter();
    match (each.next(), each.next()) {
        (Some(price), None) => Ok(price),
        (Some(_), Some(_)) => Err(refused(
            ModificationCode::ItemUnclear,
            format!("SKU {sku} has several prices in the order, and none is told"),
        )),
        (None, _) => {
            let offer = shelves.offer(sku).filter(|offer| offer.active);
            let price = offer.and_then(|offer| Some(terms.price(offer)?.price));
            price.ok_or_else(|| not_sold(sku))
        }
    }
}

/// The order with `lines`, if it can be.
fn settled(
    terms: &Terms<'_>,
    order: &Order,
    alterations: Alterations,
    lines: Vec<Line>,
    offers: &HashMap<SkuId, Offer>,
) -> Result<Modified, Problem> {
    if lines.is_empty() {
        let why = "nothing would be left of the order: cancel it instead";
        return Err(Problem::new(Code::IllegalTransition, why));
    }
    let (before, after) = (Costs::of(&order.lines), Costs::of(&lines));
    let difference = before.zip(after).and_then(|(before, after)| {
        Some(Difference {
            items: after.items.checked_sub(before.items)?,
            shipping: after.shipping.checked_sub(before.shipping)?,
            manual: alterations.increment.checked_sub(alterations.discount)?,
        })
    });
    let total = difference.and_then(|difference| order.total.checked_add(difference.total()?));
    let (Some(difference), Some(total)) = (difference, total) else {
        let why = "the order is larger than can be counted";
        return Err(Problem::new(Code::Schema, why));
    };
    if total < Cents::ZERO {
        let why = format!(
            "the order is over {}, and would be over {total}",
            order.total
        );
        return Err(refused(ModificationCode::ExceedsTotal, why));
    }
    let comes_in = |slot: &&LimitedSlot| {
        let mut methods = lines.iter().map(|line| line.shipping_method.as_deref());
        methods.any(|method| method == Some(slot.id.method()))
    };
    let (kept, given_back): (Vec<_>, Vec<_>) = order.slots.iter().partition(|slot| comes_in(slot));
    let slots = kept.into_iter().cloned().collect();
    let given_back = given_back.into_iter().cloned().collect();
    let stock = exchanged(terms, &order.lines, &lines, given_back, offers)?;
    if let StockEffect::Exchange(exchange) = &stock {
        is_one_write(exchange.units.len(), &exchange.slots)?;
    }
    let order = Order {
        fees: fees(terms, order, offers),
        // It was said of the order as it was.
        differing_payment_value: None,
        lines,
        slots,
        total,
        ..order.clone()
    };
    fits(&order)?;
    Ok(Modified {
        order,
        alterations,
        difference,
        stock,
    })
}

/// What the marketplace charges for SKUs that come into an order is what it charges now.
fn fees(terms: &Terms<'_>, order: &Order, offers: &HashMap<SkuId, Offer>) -> Option<FeeTerms> {
    let own: BTreeSet<&SkuId> = order.lines.iter().map(|line| &line.sku).collect();
    let added = offers.values().filter(|offer| !own.contains(&offer.sku));
    let fees = order.fees.clone()?;
    Some(fees.modified(terms.marketplace.fees.as_ref(), added))
}

/// Whether an order is no larger than one that is placed may be.
fn fits(order: &Order) -> Result<(), Problem> {
    let skus: BTreeSet<&SkuId> = order.lines.iter().map(|line| &line.sku).collect();
    is_one_write(skus.len(), &order.slots)?;
    let as_placed = Order {
        invoices: Ledger::default(),
        modifications: Modifications::default(),
        timeline: Vec::new(),
        ..order.clone()
    };
    if bytes(&as_placed) <= MOST_BYTES_PLACED {
        return Ok(());
    }
    let why = "the order would have more lines than can be kept";
    Err(Problem::new(Code::TooManyItems, why))
}

/// Whether so many SKUs and these delivery windows can be moved at once.
fn is_one_write(skus: usize, slots: &[LimitedSlot]) -> Result<(), Problem> {
    let windows: BTreeSet<&str> = slots.iter().map(|slot| slot.id.method()).collect();
    if skus + windows.len() <= MOST_MOVED {
        return Ok(());
    }
    let why = "the order would have more different SKUs than can be moved at once";
    Err(Problem::new(Code::TooManyItems, why))
}

/// A refusal that the marketplace has a code for.
pub(crate) fn refused(code: ModificationCode, why: impl Into<String>) -> Problem {
    Problem::new(Code::Modification(code), why)
}

fn not_sold(sku: &SkuId) -> Problem {
    Problem::new(Code::OutOfStock, format!("SKU {sku} is not sold"))
}

#[cfg(test)]
mod tests;
