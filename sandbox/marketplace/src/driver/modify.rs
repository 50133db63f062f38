//! Changing an order that is being prepared (protocol §3.12, §4.4): what a shopper asks for (R6), takes
//! back or looks at first (R7), and what follows once the seller agrees (R8).

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::modification::Step;
use super::{Driver, Refusal};
use crate::books::{Modification, ModificationState, Order, Status, modified};

/// Body of `POST /control/modify`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ModifyRequest {
    /// Whose shop.
    pub(crate) account: String,
    /// The marketplace's id of the order.
    pub(crate) order: String,
    /// What R6 says: `reason`, `add`, `remove`, `replace`. Prices that are not told are those of the
    /// order, or of the shop.
    pub(crate) change: Value,
    /// How long to wait until it is applied, in milliseconds; not at all if absent.
    #[serde(default)]
    pub(crate) wait_ms: u64,
}

/// Body of `POST /control/preview-modification`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PreviewRequest {
    /// Whose shop.
    pub(crate) account: String,
    /// The marketplace's id of the order.
    pub(crate) order: String,
    /// As of `modify`.
    pub(crate) change: Value,
}

/// Body of `POST /control/cancel-modification`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct WithdrawRequest {
    /// Whose shop.
    pub(crate) account: String,
    /// The marketplace's id of the order, whose open modification is meant.
    pub(crate) order: String,
    /// What R7 says why.
    #[serde(default = "changed_mind")]
    pub(crate) reason: String,
}

impl Driver {
    /// Asks the seller to change an order. A seller that can't is left alone: the flag says so.
    pub(crate) async fn modify(self: &Arc<Self>, request: ModifyRequest) -> Result<Order, Refusal> {
        let (account, id) = (request.account, request.order);
        let order = self.modifiable(&account, &id)?;
        let change_request_id = Uuid::new_v4().simple().to_string();
        let mut body = self.priced(&order, request.change)?;
        let (lines, total) = modified(&order, &body).map_err(Refusal::Impossible)?;
        body["requestId"] = json!(change_request_id);
        // Written down before it is asked for: the seller may agree before its answer is here.
        self.world.books.update_order(&account, &id, |order| {
            order.modifications.push(Modification {
                change_request_id: change_request_id.clone(),
                state: ModificationState::Requested,
                body: body.clone(),
                lines,
                total,
            });
        });
        match self.change_call(&order, &Step::Request(&body)).await {
            Ok(_) => {
                let kind = "Acknowledgment";
                self.agree_call(&order, &change_request_id, kind).await;
            }
            Err(why) => {
                self.world.books.update_order(&account, &id, |order| {
                    let others = |one: &Modification| one.change_request_id != change_request_id;
                    order.modifications.retain(others);
                    order.flags.insert(format!("modification: {why}"));
                });
            }
        }
        let settled = |order: &Order| {
            let mut all = order.modifications.iter();
            let known = all.find(|one| one.change_request_id == change_request_id);
            known.is_none_or(|one| !one.state.is_open())
        };
        let wait = Duration::from_millis(request.wait_ms);
        self.wait_for(&account, &id, wait, settled).await
    }

    /// What the seller says that a change of an order would be.
    pub(crate) async fn preview_modification(
        &self,
        request: PreviewRequest,
    ) -> Result<Value, Refusal> {
        let order = self.modifiable(&request.account, &request.order)?;
        let body = self.priced(&order, request.change)?;
        let said = self.change_call(&order, &Step::Preview(&body)).await;
        Ok(said.unwrap_or_else(|why| json!({ "refused": why })))
    }

    /// Takes the open modification of an order back.
    pub(crate) async fn withdraw_modification(
        &self,
        request: WithdrawRequest,
    ) -> Result<Order, Refusal> {
        let (account, id) = (request.account, request.order);
        let order = self.known(&account, &id)?;
        let mut all = order.modifications.iter();
        let Some(open) = all.find(|one| one.state.is_open()) else {
            return Err(Refusal::Senseless("the order has no open modification"));
        };
        let change = open.change_request_id.as_str();
        let body = json!({"reason": request.reason});
        let step = Step::Withdrawal(change, &body);
        let told = self.change_call(&order, &step).await;
        self.world
            .books
            .update_order(&account, &id, |order| match &told {
                Ok(_) => at_state(order, change, ModificationState::Canceled),
                Err(why) => {
                    order.flags.insert(format!("modification: {why}"));
                }
            });
        self.known(&account, &id)
    }

    /// The seller agreed to a step: after its acknowledgment it is asked to confirm.
    pub(super) fn agreed(self: &Arc<Self>, account: String, order: String, change_request: String) {
        let driver = Arc::clone(self);
        self.spawn(async move {
            let asked = driver.world.books.update_order(&account, &order, |order| {
                let waits = order.modifications.iter().any(|one| {
                    one.change_request_id == change_request
                        && one.state == ModificationState::Acknowledged
                });
                waits.then(|| {
                    at_state(order, &change_request, ModificationState::ConfirmationAsked);
                    order.clone()
                })
            });
            if let Some(Some(order)) = asked {
                let kind = "Confirmation";
                driver.agree_call(&order, &change_request, kind).await;
            }
        });
    }

    /// Goes on with modifications the seller has agreed to when the marketplace was stopped.
    pub(super) fn resume_modifications(self: &Arc<Self>) {
        for order in self.world.books.orders() {
            for modification in &order.modifications {
                let change = modification.change_request_id.clone();
                match modification.state {
                    ModificationState::Acknowledged => {
                        self.agreed(order.account.clone(), order.id.clone(), change);
                    }
                    ModificationState::ConfirmationAsked => {
                        let (driver, order) = (Arc::clone(self), order.clone());
                        self.spawn(async move {
                            driver.agree_call(&order, &change, "Confirmation").await;
                        });
                    }
                    _ => {}
                }
            }
        }
    }

    async fn agree_call(&self, order: &Order, change_request: &str, kind: &str) {
        let body = json!({"agreementType": kind});
        let step = Step::Agreement(change_request, &body);
        if let Err(why) = self.change_call(order, &step).await {
            self.world
                .books
                .update_order(&order.account, &order.id, |order| {
                    order.flags.insert(format!("modification: {kind}: {why}"));
                });
        }
    }

    fn known(&self, account: &str, order: &str) -> Result<Order, Refusal> {
        let known = self.world.books.order(account, order);
        known.ok_or_else(|| super::unknown_order(account, order))
    }

    /// An order that may be changed: paid, nothing of it invoiced, and no other change under way.
    fn modifiable(&self, account: &str, id: &str) -> Result<Order, Refusal> {
        self.account(account)?;
        let order = self.known(account, id)?;
        let under_way = order.modifications.iter().any(|one| one.state.is_open());
        let free = order.invoices.is_empty() && !under_way;
        if order.status != Status::PaymentApproved || !free {
            return Err(Refusal::NotNow {
                order: id.to_owned(),
                status: order.status,
                what: "a modification",
            });
        }
        Ok(order)
    }

    /// The change with a price for all that is put on the order.
    fn priced(&self, order: &Order, mut change: Value) -> Result<Value, Refusal> {
        let price = |item: &mut Value| {
            let sku = item["id"].as_str().unwrap_or_default();
            let own = order.lines.iter().find(|line| line.sku == sku);
            let offer = || self.world.books.offer(&order.account, sku)?.price;
            if item["price"].is_null()
                && let Some(price) = own.map(|line| line.price).or_else(offer)
            {
                item["price"] = json!(price);
            }
        };
        let fields = change
            .as_object_mut()
            .ok_or(Refusal::Senseless("`change` is no object"))?;
        let replaced = fields.get_mut("replace").and_then(Value::as_array_mut);
        let mut groups: Vec<&mut Value> = Vec::new();
        if let Some(replaced) = replaced {
            groups.extend(replaced.iter_mut().filter_map(|one| one.get_mut("to")));
        }
        for group in groups {
            items(group).for_each(price);
        }
        if let Some(added) = fields.get_mut("add") {
            items(added).for_each(price);
        }
        Ok(change)
    }
}

fn items(group: &mut Value) -> impl Iterator<Item = &mut Value> {
    let items = group.get_mut("items").and_then(Value::as_array_mut);
    items.into_iter().flatten()
}

fn at_state(order: &mut Order, change_request: &str, state: ModificationState) {
    let mut all = order.modifications.iter_mut();
    if let Some(one) = all.find(|one| one.change_request_id == change_request) {
        one.state = state;
    }
}

fn changed_mind() -> String {
    "Changed my mind".to_owned()
}
