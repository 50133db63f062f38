//! What every service has at hand.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::reply::Reply;
use super::rule::Rule;
use crate::books::{Order, Settings, Violation};
use crate::options::AccountOptions;
use crate::world::World;

/// One call's surroundings.
pub(super) struct Context<'a> {
    pub(super) world: &'a World,
    /// Who is called.
    pub(super) options: &'a AccountOptions,
    /// How it behaves.
    pub(super) settings: &'a Settings,
    /// The time by its clock.
    pub(super) now: Timestamp,
    /// The call's query, still encoded.
    pub(super) query: &'a str,
    /// Whether dates are written short.
    pub(super) plain_dates: bool,
}

impl Context<'_> {
    /// The account's name.
    pub(super) fn account(&self) -> &str {
        &self.options.account
    }

    /// Writes a violation about an order down.
    pub(super) fn order_violation(&self, rule: Rule, order: &str, detail: impl Into<String>) {
        self.violation(rule, Some(order), None, detail);
    }

    /// Writes a violation down.
    pub(super) fn violation(
        &self,
        rule: Rule,
        order: Option<&str>,
        sku: Option<&str>,
        detail: impl Into<String>,
    ) {
        self.world.books.violated(Violation {
            account: self.account().to_owned(),
            order: order.map(str::to_owned),
            sku: sku.map(str::to_owned),
            rule: rule.as_str().to_owned(),
            detail: detail.into(),
            at: self.now,
        });
    }

    /// Changes an order the seller has taken, with a success or a refusal. One there is none of is
    /// answered 404.
    pub(super) fn change_order(
        &self,
        id: &str,
        change: impl FnOnce(&mut Order) -> Result<Reply, Reply>,
    ) -> Reply {
        let changed = self.world.books.change_order(self.account(), id, |order| {
            if order.status.is_the_sellers() {
                change(order)
            } else {
                Err(order_not_found(id))
            }
        });
        match changed {
            Some(Ok(reply) | Err(reply)) => reply,
            None => {
                self.notice_sellers_id(id);
                order_not_found(id)
            }
        }
    }

    /// What C7 to C10 answer (protocol §3.6).
    pub(super) fn receipt(&self, order: &str, receipt: &str, at: Timestamp) -> Value {
        json!({ "date": self.date(at), "orderId": order, "receipt": receipt })
    }

    fn date(&self, at: Timestamp) -> String {
        if self.plain_dates {
            at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
        } else {
            seven_digit_date(at)
        }
    }

    /// Protocol §3.6.6: paths name the marketplace's id, never the seller's.
    fn notice_sellers_id(&self, id: &str) {
        let orders = self.world.books.orders();
        let meant = orders.iter().find(|order| {
            order.account == self.account() && order.seller_order_id.as_deref() == Some(id)
        });
        if let Some(order) = meant {
            let detail = format!("the path names {id}, which is the seller's id");
            self.order_violation(Rule::SellersOrderId, &order.id, detail);
        }
    }
}

fn order_not_found(id: &str) -> Reply {
    let message = format!("Order {id} not found");
    Reply::envelope(http::StatusCode::NOT_FOUND, "OMS001", &message)
}

/// A date as the marketplace writes it: seven fractional digits, two hours west of Greenwich.
fn seven_digit_date(at: Timestamp) -> String {
    let local = at.to_zoned(jiff::tz::Offset::constant(-2).to_time_zone());
    let ticks = at.subsec_nanosecond().rem_euclid(1_000_000_000) / 100;
    format!("{}.{ticks:07}-02:00", local.strftime("%Y-%m-%dT%H:%M:%S"))
}
