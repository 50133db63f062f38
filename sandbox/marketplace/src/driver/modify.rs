//! Changing an order that is being prepared (R6 and R8, protocol §3.12 and §4.4).

use std::sync::Arc;

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::caller::{Lost, Request};
use super::{Driver, Refusal};
use crate::books::{Modification, ModificationState, Order, Status};
use crate::name::CallName;

/// Body of `POST /control/modify`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ModifyRequest {
    /// Whose shop.
    pub(crate) account: String,
    /// The marketplace's id of the order.
    pub(crate) order: String,
    /// What R6 says: `reason`, `add`, `remove`, `replace`.
    pub(crate) change: Value,
}

impl Driver {
    /// Asks the seller to change an order. A seller that can't is left alone: the flag says so.
    pub(crate) async fn modify(self: &Arc<Self>, request: ModifyRequest) -> Result<Order, Refusal> {
        let ModifyRequest {
            account,
            order,
            change,
        } = request;
        self.account(&account)?;
        if !change.is_object() {
            return Err(Refusal::Senseless("`change` is no object"));
        }
        let known = self
            .world
            .books
            .order(&account, &order)
            .ok_or_else(|| super::unknown_order(&account, &order))?;
        if known.status != Status::PaymentApproved || !known.invoices.is_empty() {
            return Err(Refusal::NotNow {
                order,
                status: known.status,
                what: "a modification",
            });
        }
        let id = Uuid::new_v4().simple().to_string();
        let mut body = change.clone();
        body["requestId"] = json!(id);
        let answered = self
            .call_modification(&known, Method::PATCH, &["changes"], &body, 202)
            .await;
        self.world
            .books
            .update_order(&account, &order, |order| match &answered {
                Ok(()) => order.modifications.push(Modification {
                    change_request_id: id.clone(),
                    state: ModificationState::Requested,
                    body: change,
                }),
                Err(why) => {
                    order.flags.insert(format!("modification: {why}"));
                }
            });
        if answered.is_ok() {
            self.send_agreement(&known, &id, "Acknowledgment").await;
        }
        self.world
            .books
            .order(&account, &order)
            .ok_or_else(|| super::unknown_order(&account, &order))
    }

    /// The seller agreed to a step: after its acknowledgment it is asked to confirm.
    pub(super) fn agreed(self: &Arc<Self>, account: String, order: String, change_request: String) {
        let driver = Arc::clone(self);
        self.spawn(async move {
            let asked = driver.world.books.update_order(&account, &order, |order| {
                let modification = order.modifications.iter_mut().find(|modification| {
                    modification.change_request_id == change_request
                        && modification.state == ModificationState::Acknowledged
                })?;
                modification.state = ModificationState::ConfirmationAsked;
                Some(order.clone())
            });
            if let Some(Some(order)) = asked {
                driver
                    .send_agreement(&order, &change_request, "Confirmation")
                    .await;
            }
        });
    }

    async fn send_agreement(&self, order: &Order, change_request: &str, kind: &str) {
        let route = ["changes", change_request, "send-agreement"];
        let body = json!({"agreementType": kind});
        let answered = self
            .call_modification(order, Method::POST, &route, &body, 200)
            .await;
        if let Err(why) = answered {
            self.world
                .books
                .update_order(&order.account, &order.id, |order| {
                    order.flags.insert(format!("modification: {kind}: {why}"));
                });
        }
    }

    async fn call_modification(
        &self,
        order: &Order,
        method: Method,
        route: &[&str],
        body: &Value,
        success: u16,
    ) -> Result<(), String> {
        let (Ok((account, _)), Some(seller_order_id)) =
            (self.account(&order.account), &order.seller_order_id)
        else {
            return Err("the seller's order id is not known".to_owned());
        };
        let route = [&["pvt", "orders", seller_order_id.as_str()], route].concat();
        let sent = self
            .caller
            .call(&Request {
                account,
                name: CallName::Modify,
                method,
                route: &route,
                parameters: &[("accountName", &account.account)],
                body: Some(body),
                repeat: false,
                limit: self.world.options.timings.call,
                order: Some(&order.id),
                sku: None,
            })
            .await;
        match sent.seen {
            Ok(reply) if reply.status == success => Ok(()),
            Ok(reply) => Err(format!("answered {}", reply.status)),
            Err(Lost::TimedOut) => Err("no answer in time".to_owned()),
            Err(Lost::Broken(why)) => Err(why),
        }
    }
}
