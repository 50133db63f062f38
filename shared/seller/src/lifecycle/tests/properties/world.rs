//! An order, the units it has taken from the shelves, and what the marketplace is being told.

use std::collections::BTreeSet;

use super::event::{Event, Share};
use super::*;
use crate::order::reserved_units;

/// Whether the ERP is told of the last change by one of the two events it ships after: of an
/// authorization that is not held, of a release of what is paid.
fn tells_to_ship(order: &Order) -> bool {
    match order.timeline.last().and_then(|entry| entry.change.event()) {
        Some(EventType::Authorized) => !order.is_held(),
        Some(EventType::Released) => order.state.authorization().is_some(),
        _ => false,
    }
}

/// A SKU somewhere.
pub(super) type Place = (SkuId, feirante_models::WarehouseId);

/// Units of an order at a place.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Units {
    pub(super) ordered: i64,
    pub(super) reserved: i64,
    pub(super) shipped: i64,
    pub(super) restocked: i64,
}

pub(super) struct World {
    pub(super) order: Order,
    pub(super) now: i64,
    pub(super) units: BTreeMap<Place, Units>,
    /// Invoices on their way to the marketplace.
    pub(super) on_their_way: BTreeSet<InvoiceNumber>,
    /// The marketplace may still answer a cancellation that was given up.
    pub(super) cancel_may_be_late: bool,
    pub(super) failures: usize,
    pub(super) authorization: Option<Receipt>,
    /// What its total has besides its lines, in cents.
    pub(super) beside: i64,
}

/// What an order's lines cost, in cents.
pub(super) fn of_lines(order: &Order) -> i64 {
    let costs = crate::order::Costs::of(&order.lines).unwrap();
    costs.items.get() + costs.shipping.get()
}

impl World {
    pub(super) fn of(order: Order) -> Self {
        let mut units = BTreeMap::<Place, Units>::new();
        for (sku, places) in reserved_units([&order]) {
            for (place, ordered) in places {
                let here = units.entry((sku.clone(), place)).or_default();
                (here.ordered, here.reserved) = (ordered, ordered);
            }
        }
        Self {
            beside: order.total.get() - of_lines(&order),
            order,
            now: 1,
            units,
            on_their_way: BTreeSet::new(),
            cancel_may_be_late: false,
            failures: 0,
            authorization: None,
        }
    }

    /// Something happens, so many hours later.
    pub(super) fn happens(&mut self, event: Event, wait: i64) -> Result<(), TestCaseError> {
        self.now += wait;
        let at = hours(self.now);
        match event {
            Event::Authorization { units_left } => match authorize(&self.order, at) {
                Ok(Outcome::Change(transition, _)) if transition.stock == StockEffect::Reserve => {
                    if units_left {
                        self.write(*transition)?;
                    } else {
                        self.outcome(refuse_payment(&self.order, at))?;
                    }
                }
                Ok(outcome) => self.outcome(outcome)?,
                Err(_) => {}
            },
            Event::Cancellation(policy) => {
                self.outcome(request_cancellation(&self.order, policy, details(), at))?;
            }
            Event::ReservationEnds => self.outcome(expire(&self.order, at))?,
            Event::ErpConfirms => match confirm_cancellation(&self.order, at) {
                Ok(Outcome::Unchanged(Settled::MarketplaceDecides)) => {
                    let asked = start_cancellation(&self.order, "agreed", at);
                    self.outcome(asked.map_err(|why| TestCaseError::fail(why.to_string()))?)?;
                }
                Ok(outcome) => {
                    let agrees = matches!(outcome, Outcome::Change(..));
                    let may_have_one = self.order.invoices.has_given_up(InvoiceType::Output);
                    prop_assert!(!(agrees && may_have_one), "canceled without asking");
                    self.outcome(outcome)?;
                }
                Err(_) => self.refused_here(FailedDelivery::Cancellation, None)?,
            },
            Event::ErpRefuses => match refuse_cancellation(&self.order, None, at) {
                Ok(outcome) => self.outcome(outcome)?,
                Err(_) => self.refused_here(FailedDelivery::Cancellation, None)?,
            },
            Event::ErpCancels => match start_cancellation(&self.order, "damaged", at) {
                Ok(outcome) => self.outcome(outcome)?,
                Err(_) => self.refused_here(FailedDelivery::Cancellation, None)?,
            },
            Event::CancellationEnds(end) => self.cancellation_ends(end, at)?,
            // What a command refuses is told to the person, and nowhere else.
            Event::Release => {
                if let Ok(outcome) = release(&self.order, "ana", None, at) {
                    self.outcome(outcome)?;
                }
            }
            Event::Rejection => {
                if let Ok(outcome) = reject(&self.order, "ana", "sold below cost", at) {
                    self.outcome(outcome)?;
                }
            }
            Event::Modification {
                name,
                removed,
                added,
                manual,
            } => self.modification_comes(name, removed, added, manual)?,
            Event::Confirmation { name, told } => self.is_confirmed(name, told)?,
            Event::Withdrawal { name } => self.is_taken_back(name)?,
            Event::AgreementTaken { name, confirmed } => self.is_told(name, confirmed)?,
            Event::AgreementFails {
                name,
                confirmed,
                refused,
            } => self.is_not_told(name, confirmed, refused)?,
            Event::Invoice {
                name,
                kind,
                share,
                units,
            } => {
                let left = self.order.invoices.residual(kind, self.order.total).get();
                let value = match share {
                    Share::Cent => 1,
                    Share::Half => left / 2,
                    Share::Rest => left,
                    Share::OneTooMuch => left + 1,
                    Share::Total => self.order.total.get(),
                };
                let least = self.order.total.get().min(1);
                let value = value.max(least);
                self.invoice_comes(&invoice(&format!("N-{name}"), kind, value, &units))?;
            }
            Event::InvoiceAgain { name } => {
                if let Some(invoice) = self.known(name) {
                    self.invoice_comes(&invoice)?;
                }
            }
            Event::InvoiceEnds { name, end, shipped } => {
                self.invoice_ends(&number(&format!("N-{name}")), end, shipped, at)?;
            }
            Event::TrackingNumber { name } => {
                if let Some(invoice) = self.tracked(name) {
                    self.outcome(shipment_sent(&self.order, &invoice, sent(), at))?;
                }
            }
            Event::Progress { name, is_delivered } => {
                if let Some(invoice) = self.tracked(name) {
                    let told = progress_sent(&self.order, &invoice, 1, is_delivered, sent(), at);
                    self.outcome(told)?;
                }
            }
        }
        Ok(())
    }

    fn known(&self, name: u8) -> Option<Invoice> {
        let number = number(&format!("N-{name}"));
        self.order.invoices.get(&number).cloned()
    }

    /// The package's invoice, where it may be told of.
    fn tracked(&self, name: u8) -> Option<InvoiceNumber> {
        let invoice = self.known(name)?;
        let shippable = invoice.kind == InvoiceType::Output && invoice.stage >= Stage::Sent;
        shippable.then_some(invoice.number)
    }

    fn invoice_comes(&mut self, invoice: &Invoice) -> Result<(), TestCaseError> {
        match accept_invoice(&self.order, invoice, hours(self.now)) {
            Ok(outcome) => {
                if let Outcome::Change(..) = outcome {
                    let crosses = invoice.kind == InvoiceType::Output
                        && self.order.modifications.is_telling();
                    prop_assert!(!crosses, "the marketplace knows of another order");
                    self.on_their_way.insert(invoice.number.clone());
                }
                self.outcome(outcome)
            }
            Err(_) => self.refused_here(FailedDelivery::Invoice, Some(&invoice.number)),
        }
    }

    /// A message is refused before the marketplace is asked: it is noted, and nothing else.
    fn refused_here(
        &mut self,
        kind: FailedDelivery,
        number: Option<&InvoiceNumber>,
    ) -> Result<(), TestCaseError> {
        let before = self.order.clone();
        let what = failure(kind, number.map(InvoiceNumber::as_str));
        let noted = undelivered(&before, what, Finality::NotAsked, hours(self.now));
        self.failures += 1;
        self.outcome(noted)?;
        prop_assert_eq!(&self.order.invoices, &before.invoices);
        prop_assert_eq!(&self.order.canceling, &before.canceling);
        prop_assert_eq!(&self.order.state, &before.state);
        Ok(())
    }

    pub(super) fn outcome<A>(&mut self, outcome: Outcome<A>) -> Result<(), TestCaseError> {
        match outcome {
            Outcome::Change(transition, _) => self.write(*transition),
            Outcome::Unchanged(_) => Ok(()),
        }
    }

    fn write(&mut self, transition: Transition) -> Result<(), TestCaseError> {
        let Transition { order, stock } = transition;
        let before = std::mem::replace(&mut self.order, order);
        let order = &self.order;
        prop_assert_eq!(order.version, before.version + 1);
        prop_assert_eq!(
            &order.timeline[..before.timeline.len()],
            &before.timeline[..]
        );
        if order.status() == "canceled" && before.status() != "canceled" {
            let sold = order
                .invoices
                .iter()
                .any(|one| one.kind == InvoiceType::Output && one.is_sent());
            prop_assert!(
                !sold || before.status() == "returned",
                "canceled though invoiced"
            );
        }
        // An ERP that ships when it is told to ships each such order, and none of the others.
        let may_ship = |order: &Order| order.state.authorization().is_some() && !order.is_held();
        prop_assert_eq!(tells_to_ship(order), may_ship(order) && !may_ship(&before));
        if before.status() == "canceled" {
            prop_assert_eq!(order.status(), "canceled", "canceled is final");
        }
        match stock {
            StockEffect::Keep => {}
            StockEffect::Release => {
                for here in self.units.values_mut() {
                    prop_assert_eq!(here.reserved, here.ordered, "released twice, or shipped");
                    here.reserved = 0;
                }
            }
            StockEffect::Reserve => {
                for here in self.units.values_mut() {
                    prop_assert_eq!((here.reserved, here.shipped), (0, 0), "reserved twice");
                    here.reserved = here.ordered;
                }
            }
            StockEffect::Ship(movement) => self.each(movement, |here, units| {
                here.reserved -= units;
                here.shipped += units;
            })?,
            StockEffect::Restock(movement) => self.each(movement, |here, units| {
                here.restocked += units;
            })?,
            StockEffect::Exchange(exchange) => self.exchanged(exchange)?,
        }
        Ok(())
    }

    fn each(
        &mut self,
        movement: Movement,
        moves: impl Fn(&mut Units, i64),
    ) -> Result<(), TestCaseError> {
        for (sku, places) in movement.units {
            for (place, units) in places {
                prop_assert!(units > 0, "{} of {}", units, sku);
                let here = self.units.get_mut(&(sku.clone(), place));
                let here = here.ok_or_else(|| TestCaseError::fail("not ordered there"))?;
                moves(here, units);
                prop_assert!(
                    here.reserved >= 0,
                    "shipped what was not reserved: {:?}",
                    here
                );
                prop_assert!(
                    here.restocked <= here.shipped,
                    "made of nothing: {:?}",
                    here
                );
            }
        }
        Ok(())
    }
}
