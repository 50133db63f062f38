//! Placing orders (R3, protocol §3.2 and §5.1).

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use reqwest::Method;
use serde_json::Value;
use tokio::sync::oneshot;

use super::acceptance::{Failure, accept};
use super::caller::{Request, Sent};
use super::cart::{Address, Selection};
use super::order_body::OrderBody;
use super::purchase::Bought;
use super::{Driver, Refusal};
use crate::books::{Line, Order, PlacementShape, Settings, Status};
use crate::checks::{self, Reply};
use crate::name::CallName;
use crate::options::AccountOptions;

impl Driver {
    /// Places the orders of a group: in one call as an array, or in one call each as an object.
    pub(super) async fn place(
        self: &Arc<Self>,
        account: &AccountOptions,
        settings: &Settings,
        group: &str,
        selection: &Selection,
        address: &Address,
    ) -> Result<Bought, Refusal> {
        let orders = self.write_orders(account, settings, group, selection, address)?;
        self.place_in_background(orders)
            .await
            .map_err(|_| Refusal::Stopping)
    }

    /// Places orders that were under way when the marketplace was stopped: the seller may or may
    /// not know them, and a repeat does no harm.
    pub(super) fn resume_placements(self: &Arc<Self>) {
        let mut groups = BTreeMap::<_, Vec<_>>::new();
        for order in self.world.books.orders() {
            if order.status == Status::WaitingForAuthorization {
                let key = (order.account.clone(), order.group.clone());
                groups.entry(key).or_default().push(order);
            }
        }
        for orders in groups.into_values() {
            // Nobody waits for it: the books tell.
            drop(self.place_in_background(orders));
        }
    }

    /// Places orders whether or not anybody waits for it: a purchase must not end half way because
    /// whoever asked for it went away.
    fn place_in_background(self: &Arc<Self>, orders: Vec<Order>) -> oneshot::Receiver<Bought> {
        let (tell, told) = oneshot::channel();
        let driver = Arc::clone(self);
        self.spawn(async move {
            let Some(account) = orders.first().map(|order| order.account.clone()) else {
                return;
            };
            if let Ok((account, settings)) = driver.account(&account) {
                let bought = driver.place_written(account, &settings, &orders).await;
                // Whoever asked may be gone.
                let _ = tell.send(bought);
            }
        });
        told
    }

    async fn place_written(
        &self,
        account: &AccountOptions,
        settings: &Settings,
        orders: &[Order],
    ) -> Bought {
        let batches = match settings.placement_shape {
            PlacementShape::Array => vec![orders],
            PlacementShape::Object => orders.chunks(1).collect(),
        };
        let mut failure = None;
        for batch in batches {
            let body = match (settings.placement_shape, batch) {
                (PlacementShape::Object, [order]) => order.placement.clone(),
                _ => batch.iter().map(|order| order.placement.clone()).collect(),
            };
            let ids = match self.send_placement(account, batch, &body).await {
                Ok(ids) => ids.into_iter().map(Ok).collect::<Vec<_>>(),
                Err(failed) => {
                    let result = batch.iter().map(|_| Err(failed.clone())).collect();
                    failure = Some(failed);
                    result
                }
            };
            for (order, result) in batch.iter().zip(ids) {
                self.settle_placement(order, result);
            }
        }
        let orders = orders
            .iter()
            .filter_map(|order| self.world.books.order(&order.account, &order.id))
            .collect();
        match failure {
            None => Bought::Placed { orders },
            Some(failure) => Bought::Incomplete { failure, orders },
        }
    }

    /// Writes the group's orders into the books, as they are before the seller knows of them.
    fn write_orders(
        &self,
        account: &AccountOptions,
        settings: &Settings,
        group: &str,
        selection: &Selection,
        address: &Address,
    ) -> Result<Vec<Order>, Refusal> {
        let now = settings.now();
        let services_endpoint = self.world.services_endpoint(&account.account);
        let orders = selection.by_order().into_iter().map(|(number, part)| {
            let id = format!("{group}-{number:02}");
            let placement = OrderBody {
                account,
                id: &id,
                group,
                selection: &part,
                address,
                services_endpoint: &services_endpoint,
                legacy: settings.legacy,
            };
            let mut order = Order::new(
                &account.account,
                &id,
                lines(&part),
                part.total,
                services_endpoint.clone(),
                placement.json(),
                now,
            );
            order.move_to(Status::OnOrderCompleted, "the cart is settled", now);
            order.move_to(Status::WaitingForAuthorization, "R3 is sent", now);
            order
        });
        let orders = orders.collect::<Vec<_>>();
        for order in &orders {
            if self.world.books.order(&order.account, &order.id).is_some() {
                return Err(Refusal::OrderExists {
                    account: order.account.clone(),
                    order: order.id.clone(),
                });
            }
        }
        for order in &orders {
            self.world.books.write_order(order.clone());
        }
        Ok(orders)
    }

    /// Sends R3, and once more if the answer was lost. Gives the seller's ids, in the orders' order.
    async fn send_placement(
        &self,
        account: &AccountOptions,
        orders: &[Order],
        body: &Value,
    ) -> Result<Vec<String>, Failure> {
        let first = self.call_placement(account, orders, body, false).await;
        let body = first.body.as_ref().unwrap_or(body);
        let mut taken = None;
        self.check_placements(orders, body, &first.answers, &mut taken);
        let seen = match first.seen {
            Ok(reply) => Ok(reply),
            Err(_) => {
                let again = self.call_placement(account, orders, body, true).await;
                self.check_placements(orders, body, &again.answers, &mut taken);
                again.seen
            }
        };
        let reply = seen.map_err(Failure::of)?;
        accept(&reply, orders, body.is_array())
    }

    async fn call_placement(
        &self,
        account: &AccountOptions,
        orders: &[Order],
        body: &Value,
        repeat: bool,
    ) -> Sent {
        self.caller
            .call(&Request {
                account,
                name: CallName::Place,
                method: Method::POST,
                route: &["pvt", "orders"],
                parameters: &[],
                body: Some(body),
                repeat,
                limit: self.world.options.timings.call,
                order: orders.first().map(|order| order.id.as_str()),
                sku: None,
            })
            .await
    }

    /// Every answer has to be right, and have the order ids of the one that was `taken`: the first
    /// success of these orders.
    fn check_placements(
        &self,
        orders: &[Order],
        body: &Value,
        answers: &[Reply],
        taken: &mut Option<Reply>,
    ) {
        let Some(order) = orders.first() else {
            return;
        };
        if taken.is_none() {
            *taken = answers.iter().find(|answer| answer.status == 200).cloned();
        }
        for answer in answers {
            let found = match taken {
                Some(first) => checks::placement_repeat(body, first, answer),
                None => checks::placement(body, answer),
            };
            self.violated(
                &order.account,
                CallName::Place,
                Some(&order.id),
                None,
                found,
            );
        }
    }

    fn settle_placement(&self, order: &Order, result: Result<String, Failure>) {
        let books = &self.world.books;
        books.update_order(&order.account, &order.id, |order| {
            let now = Timestamp::now();
            match result {
                Ok(seller_order_id) => {
                    order.seller_order_id = Some(seller_order_id);
                    order.move_to(Status::PaymentPending, "the seller took it", now);
                }
                Err(failure) => {
                    order.flags.insert(failure.code.to_owned());
                    let why = format!("{}: {}", failure.code, failure.detail);
                    order.move_to(Status::Incomplete, &why, now);
                }
            }
        });
    }
}

fn lines(selection: &Selection) -> Vec<Line> {
    let lines = selection.lines.iter().map(|line| Line {
        sku: line.sku.clone(),
        quantity: line.quantity,
        price: line.price,
        shipping: line.shipping,
    });
    lines.collect()
}
