//! Invoices and the packages they go with.

use std::collections::{BTreeMap, BTreeSet};

use rand::Rng;
use rand::seq::SliceRandom;
use serde_json::{Value, json};

use super::{Draft, add_shipment};
use crate::plan::expected::{Event, Invoice, Kind, Shipment};
use crate::plan::message::{MessageId, Queue, When};

impl Draft<'_> {
    /// An invoice of everything.
    pub(crate) fn whole(&mut self, kind: Kind) -> Invoice {
        let mut units = BTreeMap::<String, i64>::new();
        for line in &self.order.lines {
            *units.entry(line.sku.clone()).or_default() += line.quantity;
        }
        self.invoice(kind, self.order.total(), units)
    }

    /// Several invoices that add up to everything, each of a unit at least.
    pub(crate) fn parts(&mut self, kind: Kind, count: usize) -> Vec<Invoice> {
        let mut units: Vec<String> = Vec::new();
        for line in &self.order.lines {
            units.extend((0..line.quantity).map(|_| line.sku.clone()));
        }
        units.shuffle(self.chance);
        let count = count.min(units.len());
        let mut parts = vec![BTreeMap::<String, i64>::new(); count];
        for (index, sku) in units.into_iter().enumerate() {
            let part = match index < count {
                true => index,
                false => self.chance.random_range(0..count),
            };
            *parts[part].entry(sku).or_default() += 1;
        }
        // What each is over has nothing to do with its units: sellers round, and ship for more.
        let mut left = self.order.total();
        let mut invoices = Vec::new();
        for (index, units) in parts.into_iter().enumerate() {
            let after = (count - index - 1) as i64;
            let value = match after {
                0 => left,
                _ => self.chance.random_range(1..=left - after),
            };
            left -= value;
            invoices.push(self.invoice(kind, value, units));
        }
        invoices
    }

    fn invoice(&mut self, kind: Kind, value: i64, units: BTreeMap<String, i64>) -> Invoice {
        self.invoices += 1;
        let price = |sku: &str| self.plan.goods.skus[sku].first_price;
        Invoice {
            kind,
            number: format!("NFe-{:05}-{}", self.plan.orders.len(), self.invoices),
            value,
            items: units
                .into_iter()
                .map(|(sku, units)| (sku.clone(), units, price(&sku)))
                .collect(),
            restock: kind == Kind::Input && self.chance.random_bool(0.5),
            shipment: None,
            progress: BTreeSet::new(),
            delivered: false,
        }
    }

    // Packages

    /// Gives an invoice a tracking number.
    pub(crate) fn ship(&mut self, invoice: &mut Invoice) {
        let number = format!("SR{:09}", self.chance.random_range(0..1_000_000_000));
        invoice.shipment = Some(Shipment {
            courier: "Correios",
            url: format!("https://t.example/{number}"),
            number,
            dispatched: "2026-11-22",
        });
    }

    /// Plans the message of an invoice's tracking number.
    pub(crate) fn say_shipment(&mut self, invoice: &Invoice) -> MessageId {
        let mut message = json!({"invoiceNumber": invoice.number});
        add_shipment(&mut message, invoice.shipment.as_ref().unwrap());
        self.say(Queue::Tracking, "tracking number", When::Whenever, message)
    }

    /// Plans messages of where a package is, whose events overlap; the last says it has arrived if
    /// `delivered`.
    pub(crate) fn say_progress(&mut self, invoice: &mut Invoice, count: usize, delivered: bool) {
        let mut events = Vec::new();
        for step in 0..=count {
            let at = 3_600_000 + self.chance.random_range(0..3_600_000) + step as i64 * 3_600_000;
            events.push(Event {
                city: ["Rio", "Niterói", ""][step % 3].to_owned(),
                description: format!("Step {step} of {}", invoice.number),
                date: self.plan.goods.at(at),
            });
        }
        for step in 0..count {
            let told: Vec<Value> = events[step..=step + 1]
                .iter()
                .map(|event| {
                    json!({"city": event.city, "state": "RJ", "description": event.description,
                           "date": event.date})
                })
                .collect();
            let mut message = json!({"invoiceNumber": invoice.number, "events": told});
            let last = delivered && step + 1 == count;
            message["isDelivered"] = last.into();
            if last {
                message["deliveredDate"] = events[step + 1].date.as_str().into();
            }
            let kind = if last { "delivered" } else { "progress" };
            self.say(Queue::Tracking, kind, When::Whenever, message);
        }
        invoice.progress.extend(events);
        invoice.delivered |= delivered;
    }
}
