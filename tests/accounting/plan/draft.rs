//! An order's life in the making: what is bought, invoiced, tracked, and said of it.

mod endings;
mod packages;

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use serde_json::{Value, json};

use super::Plan;
use super::expected::{Act, Ending, Invoice, Kind, Line, Order, Shipment};
use super::goods::{ACCOUNTS, SLAS};
use super::message::{Message, MessageId, Queue, When, copies};

/// An order and what is being planned for it.
pub(super) struct Draft<'a> {
    pub(super) plan: &'a mut Plan,
    pub(super) chance: &'a mut StdRng,
    pub(super) order: Order,
    invoices: usize,
}

impl<'a> Draft<'a> {
    /// An order of one to three SKUs.
    pub(super) fn new(plan: &'a mut Plan, chance: &'a mut StdRng) -> Self {
        let lines = chance.random_range(1..=3);
        let skus: Vec<String> = plan
            .goods
            .sold
            .choose_multiple(chance, lines)
            .cloned()
            .collect();
        let lines = skus.into_iter().enumerate().map(|(index, sku)| {
            let (sla, warehouse, shipping) = *SLAS.choose(chance).unwrap();
            Line {
                price: plan.goods.skus[&sku].first_price,
                sku,
                // The first can be divided.
                quantity: chance.random_range(if index == 0 { 2..=4 } else { 1..=4 }),
                sla,
                shipping,
                warehouse,
            }
        });
        let lines = lines.collect();
        let order = Order {
            account: ACCOUNTS[chance.random_range(0..ACCOUNTS.len())],
            group: format!("{:013}", 1_000_000_000_000_usize + plan.orders.len() * 7),
            lines,
            paid: true,
            act: None,
            life: "",
            endings: Vec::new(),
        };
        Self {
            plan,
            chance,
            order,
            invoices: 0,
        }
    }

    /// Puts the order into the plan, with its ways to end.
    pub(super) fn end(mut self, life: &'static str, endings: impl Into<Vec<Ending>>) {
        self.order.life = life;
        self.order.endings = endings.into();
        self.plan.orders.push(self.order);
    }

    /// Whether the marketplace cancels only after the ERP has agreed.
    pub(super) fn erp_decides(&self) -> bool {
        self.order.account == ACCOUNTS[0]
    }

    /// Plans something the shopper or the bank does.
    pub(super) fn act(&mut self, act: Act) {
        self.order.act = Some(act);
    }

    /// Plans a message about the order.
    pub(super) fn say(
        &mut self,
        queue: Queue,
        kind: &'static str,
        when: When,
        mut message: Value,
    ) -> MessageId {
        let id = self.plan.messages.len();
        message["orderId"] = self.order.seller_id().into();
        self.plan.messages.push(Message {
            queue,
            kind,
            when,
            order: Some(self.plan.orders.len()),
            copies: copies(id, message, self.chance),
        });
        id
    }

    /// Plans a message of `erp-cancellations`.
    pub(super) fn say_cancellation(&mut self, action: &'static str, when: When) -> MessageId {
        let kind = match action {
            "cancel" => "seller's cancel",
            "confirm" => "confirmed cancel",
            _ => "refused cancel",
        };
        let reason = format!("Reason {}", self.plan.messages.len());
        let message = json!({"action": action, "reason": reason});
        self.say(Queue::Cancellations, kind, when, message)
    }

    /// Plans the message of an invoice, its tracking number with it if `inside`.
    pub(super) fn say_invoice(&mut self, invoice: &Invoice, inside: bool, when: When) -> MessageId {
        let kind = match (invoice.kind, inside, invoice.value == self.order.total()) {
            (Kind::Input, _, _) => "return",
            (_, true, _) => "invoice with tracking",
            (_, _, true) => "whole invoice",
            _ => "partial invoice",
        };
        let message = self.invoice_message(invoice, inside);
        self.say(Queue::Invoices, kind, when, message)
    }

    /// The message of an invoice, the order aside.
    pub(super) fn invoice_message(&mut self, invoice: &Invoice, inside: bool) -> Value {
        let items = invoice
            .items
            .iter()
            .map(|(sku, quantity, price)| json!({"id": sku, "quantity": quantity, "price": price}));
        let mut items: Vec<Value> = items.collect();
        items.shuffle(self.chance);
        let mut message = json!({
            "type": match invoice.kind { Kind::Output => "Output", Kind::Input => "Input" },
            "invoiceNumber": invoice.number,
            "invoiceValue": invoice.value,
            "items": items,
        });
        let counted = |line: &Line| self.plan.goods.skus[&line.sku].stock[line.warehouse].counted;
        // A count tells what it knows of by its date: without one, that of the message counts.
        if self.order.lines.iter().any(counted) || self.chance.random_bool(0.7) {
            let at = self.chance.random_range(60_000..3_600_000);
            message["issuanceDate"] = self.plan.goods.at(at).into();
        }
        if invoice.kind == Kind::Input {
            message["restock"] = invoice.restock.into();
        }
        if inside && let Some(shipment) = &invoice.shipment {
            add_shipment(&mut message, shipment);
        }
        message
    }
}

fn add_shipment(message: &mut Value, shipment: &Shipment) {
    message["courier"] = shipment.courier.into();
    message["trackingNumber"] = shipment.number.as_str().into();
    message["trackingUrl"] = shipment.url.as_str().into();
    message["dispatchedDate"] = shipment.dispatched.into();
}
