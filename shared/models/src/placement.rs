//! Order placement (R3, protocol §3.2): the request read, and echoed.

mod content;
mod payment;
mod window;

use jiff::SignedDuration;
use serde_json::value::RawValue;

use crate::object::{Echo, Object};
use crate::problem::{Code, Problem};
use crate::read::{self, Top};
use crate::{Cents, MarketplaceOrderId, OrderId, Quantity, SkuId};

pub use window::ChosenWindow;

/// The orders of one call, and whether they came as a list.
///
/// A list is answered with a list of the same length and order, an object with an object
/// (protocol §8 D1).
#[derive(Debug, Clone)]
pub struct Placement {
    shape: Shape,
    orders: Vec<OrderRequest>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Array,
    Object,
}

/// One order as the marketplace places it: what decisions need, and the whole as it came.
#[derive(Debug, Clone)]
pub struct OrderRequest {
    /// With the account, the idempotency key.
    pub marketplace_order_id: MarketplaceOrderId,
    /// The marketplace's order group, where it sends one.
    pub order_group: Option<String>,
    /// Where invoices, tracking and cancellations of this order go. Not to be trusted with
    /// credentials before its host has been checked.
    pub services_endpoint: Option<String>,
    /// What the marketplace will pay the seller, in its own words.
    pub payment_value: Option<Cents>,
    /// The lines, in the order of the request; at least one.
    pub lines: Vec<OrderLine>,
    /// Σ price × quantity of the lines.
    pub items_total: Cents,
    /// Σ price × quantity + Σ shipping + Σ bundles.
    pub total: Cents,
    /// The longest time a line asks its stock to be held for.
    pub lock: Option<SignedDuration>,
    /// SHA-256 of the order's content: equal for equal content, whatever its spelling.
    pub content_hash: String,
    received: String,
    at: String,
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// The seller's SKU.
    pub sku: SkuId,
    /// Units ordered.
    pub quantity: Quantity,
    /// Unit price agreed at checkout, in cents.
    pub price: Cents,
    /// Shipping of the whole line, in cents.
    pub shipping_price: Cents,
    /// The delivery option the shopper chose: an SLA id of a simulation.
    pub selected_sla: Option<String>,
    /// The delivery window the shopper chose of it.
    pub delivery_window: Option<ChosenWindow>,
}

impl Placement {
    /// Reads a placement.
    ///
    /// # Errors
    /// ES001 for what is no JSON, ES002 and ES004 with the JSON pointer of what is wrong.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        let text = read::json_text(body, Top::ObjectOrArray)?.trim();
        if text.starts_with('{') {
            let order = OrderRequest::read(text, String::new())?;
            return Ok(Self {
                shape: Shape::Object,
                orders: vec![order],
            });
        }
        let list: Vec<&RawValue> = read::typed(text, "")?;
        if list.is_empty() {
            return Err(Problem::at(Code::Schema, "", "has no order"));
        }
        let orders: Vec<_> = list
            .iter()
            .enumerate()
            .map(|(index, order)| OrderRequest::read(order.get(), format!("/{index}")))
            .collect::<Result<_, _>>()?;
        for (index, order) in orders.iter().enumerate() {
            let same =
                |other: &OrderRequest| other.marketplace_order_id == order.marketplace_order_id;
            if orders[..index].iter().any(same) {
                let pointer = format!("/{index}/marketplaceOrderId");
                return Err(Problem::at(
                    Code::Schema,
                    &pointer,
                    "stands twice in one call",
                ));
            }
        }
        Ok(Self {
            shape: Shape::Array,
            orders,
        })
    }

    /// The orders, in the order of the request; at least one.
    #[must_use]
    pub fn orders(&self) -> &[OrderRequest] {
        &self.orders
    }

    /// The answer: what came, with our id of each order and the address for follow-ups, in the
    /// shape it came in. `merchant` is the seller's gateway account where the seller takes the payment.
    ///
    /// # Errors
    /// Never for a placement that was read; the text is JSON.
    pub fn answer(
        &self,
        ids: &[OrderId],
        follow_up_email: &str,
        merchant: Option<&str>,
    ) -> Result<Vec<u8>, Problem> {
        let echoes = self
            .orders
            .iter()
            .zip(ids)
            .map(|(order, id)| order.echo(id, follow_up_email, merchant))
            .collect::<Result<Vec<_>, _>>()?;
        let written = match (self.shape, echoes.as_slice()) {
            (Shape::Object, [order]) => serde_json::to_vec(order),
            _ => serde_json::to_vec(&echoes),
        };
        written.map_err(|_| Problem::new(Code::Internal, "the answer can't be written"))
    }
}

impl OrderRequest {
    fn read(json: &str, at: String) -> Result<Self, Problem> {
        let order = Object::read(json, at.clone())?;
        let marketplace_order_id = MarketplaceOrderId::parse(order.id("marketplaceOrderId")?)
            .map_err(|why| order.refuse("marketplaceOrderId", why))?;
        let items = order.objects("items")?;
        if items.is_empty() {
            return Err(order.refuse("items", "has no item"));
        }
        order.object("clientProfileData")?;
        let shipping = order.object("shippingData")?;
        shipping.object("address")?;
        if shipping.optional_id("updateStatus")?.as_deref() == Some("outdated") {
            return Err(shipping.refuse("updateStatus", "is outdated"));
        }

        let mut lines = items
            .iter()
            .map(OrderLine::read)
            .collect::<Result<Vec<_>, _>>()?;
        let mut lock = None;
        for logistics in shipping.objects("logisticsInfo")? {
            let index = logistics.index("itemIndex", lines.len())?;
            let line = &mut lines[index];
            if logistics.get("price").is_some() {
                line.shipping_price = line
                    .shipping_price
                    .checked_add(logistics.price("price")?)
                    .ok_or_else(|| logistics.refuse("price", "is too large"))?;
            }
            if let Some(sla) = logistics.optional_id("selectedSla")? {
                line.selected_sla = Some(sla);
            }
            line.delivery_window = ChosenWindow::of(&logistics).or(line.delivery_window);
            if let Some(text) = logistics.optional_id("lockTTL")? {
                lock = lock.max(Some(lock_time(&text).ok_or_else(|| {
                    logistics.refuse("lockTTL", "is not a time like 8d, 5bd, 1h or 30m")
                })?));
            }
        }

        let too_large = || order.refuse("items", "add up to more than can be counted");
        let items_total = lines
            .iter()
            .try_fold(Cents::ZERO, |sum, line| {
                sum.checked_add(line.price.checked_mul(line.quantity.get())?)
            })
            .ok_or_else(too_large)?;
        let shipping_total = Cents::checked_sum(lines.iter().map(|line| line.shipping_price));
        let total = shipping_total
            .and_then(|shipping| items_total.checked_add(shipping))
            .zip(bundles_total(&items)?)
            .and_then(|(sum, bundles)| sum.checked_add(bundles))
            .ok_or_else(too_large)?;

        Ok(Self {
            marketplace_order_id,
            order_group: order.optional_id("marketplaceOrderGroup")?,
            services_endpoint: order.optional_id("marketplaceServicesEndpoint")?,
            payment_value: order.optional_cents("marketplacePaymentValue")?,
            lines,
            items_total,
            total,
            lock,
            content_hash: content::hash(json, &at)?,
            received: json.to_owned(),
            at,
        })
    }

    /// The order to the letter, as it came.
    #[must_use]
    pub fn received(&self) -> &str {
        &self.received
    }

    /// What came, what identifies and counts in its one spelling, and our fields.
    fn echo(
        &self,
        id: &OrderId,
        follow_up_email: &str,
        merchant: Option<&str>,
    ) -> Result<Echo, Problem> {
        let order = Object::read(&self.received, self.at.clone())?;
        let items: Vec<Echo> = order
            .objects("items")?
            .iter()
            .zip(&self.lines)
            .map(|(item, line)| line.echo(item))
            .collect();
        let mut echo = order.fields();
        echo.set("items", &items);
        if let Some(value) = self.payment_value {
            echo.set("marketplacePaymentValue", &value);
        }
        echo.set("marketplaceOrderId", &self.marketplace_order_id);
        echo.set("orderId", id);
        echo.set("followUpEmail", &follow_up_email);
        if let Some(merchant) = merchant
            && let Some(payment) = payment::naming(&order, merchant)?
        {
            echo.set("paymentData", &payment);
        }
        Ok(echo)
    }
}

impl OrderLine {
    fn read(item: &Object<'_>) -> Result<Self, Problem> {
        let sku = SkuId::parse(item.id("id")?).map_err(|why| item.refuse("id", why))?;
        if item.get("seller").is_none() && item.get("Seller").is_none() {
            return Err(item.refuse("seller", "is missing"));
        }
        seller(item)?;
        Ok(Self {
            sku,
            quantity: item.quantity("quantity")?,
            price: item.price("price")?,
            shipping_price: Cents::ZERO,
            selected_sla: None,
            delivery_window: None,
        })
    }

    fn echo(&self, item: &Object<'_>) -> Echo {
        let mut echo = item.fields();
        echo.set("id", &self.sku);
        echo.set("quantity", &self.quantity);
        echo.set("price", &self.price);
        echo.rename("Seller", "seller");
        if let (true, Ok(seller)) = (echo.has("seller"), seller(item)) {
            echo.set("seller", &seller);
        }
        echo
    }
}

/// The seller id of an item in either spelling; lower-case wins (protocol §2.3).
fn seller(item: &Object<'_>) -> Result<Option<String>, Problem> {
    match item.optional_id("seller")? {
        Some(seller) => Ok(Some(seller)),
        None => item.optional_id("Seller"),
    }
}

/// Σ of the services sold with the items, as far as they have a price.
fn bundles_total(items: &[Object<'_>]) -> Result<Option<Cents>, Problem> {
    let mut total = Some(Cents::ZERO);
    for item in items {
        for bundle in item.objects("bundleItems")? {
            if bundle.get("price").is_none() {
                continue;
            }
            let price = bundle.price("price")?;
            let times = match bundle.get("quantity") {
                Some(_) => bundle.quantity("quantity")?.get(),
                None => 1,
            };
            total = total
                .zip(price.checked_mul(times))
                .and_then(|(sum, price)| sum.checked_add(price));
        }
    }
    Ok(total)
}

/// A time in the grammar of `lockTTL` and `shippingEstimate` (protocol §2.3). Five business days
/// count as a week.
fn lock_time(text: &str) -> Option<SignedDuration> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    if digits == 0 {
        return None;
    }
    // Digits only: what does not fit is just very long.
    let number: i64 = text[..digits].parse().unwrap_or(i64::MAX);
    let minutes = match &text[digits..] {
        "bd" => 24 * 60 * 7 / 5,
        "d" => 24 * 60,
        "h" => 60,
        "m" => 1,
        _ => return None,
    };
    // Beyond a century nothing is held any longer.
    Some(SignedDuration::from_mins(
        number.saturating_mul(minutes).min(100 * 366 * 24 * 60),
    ))
}

#[cfg(test)]
mod tests;
