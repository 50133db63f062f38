//! What the marketplace asks, read once and checked.

use rust_decimal::Decimal;
use serde_json::value::RawValue;

use super::Country;
use super::query::{parameter, sales_channel};
use crate::object::Object;
use crate::problem::{Code, Problem};
use crate::read::{self, Top};
use crate::{Quantity, SkuId};

/// The most lines one call may have, a simulation or a placement (protocol §2.5).
pub const MAX_ITEMS: usize = 1000;

/// A cart, or a single SKU, and where it shall go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulationRequest {
    /// The lines; answers name them by their position here.
    pub items: Vec<RequestedItem>,
    /// The country as sent, else the default where a postal code or coordinates came without one.
    pub country: Option<Country>,
    /// The postal code exactly as sent; blank is none.
    pub postal_code: Option<String>,
    /// Two numbers within ±180, in the order they came; anything else that was sent is none.
    pub coordinates: Option<[Decimal; 2]>,
    /// The sales channel: the query's, else the body's.
    pub sales_channel: Option<String>,
    /// The body's sales channel where the query names another one: worth a line in the log.
    pub overruled_sales_channel: Option<String>,
}

/// A line of a [`SimulationRequest`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestedItem {
    /// The SKU as the request names it: a number's digits, a text's characters.
    pub id: String,
    /// The same as a code the seller could use; `None`: no SKU can have this id.
    pub sku: Option<SkuId>,
    /// How many units.
    pub quantity: Quantity,
    /// The seller's id at the marketplace, to be echoed.
    pub seller: String,
}

/// Where a cart shall go: what makes a simulation one of a checkout (protocol §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Destination<'a> {
    /// The country.
    pub country: Country,
    /// The postal code, with its punctuation.
    pub postal_code: Option<&'a str>,
    /// Two numbers, in the order they came.
    pub coordinates: Option<[Decimal; 2]>,
}

impl SimulationRequest {
    /// Reads the body of a POST and the sales channel of its query, which is still
    /// percent-encoded. `default_country` is what a place without a country is taken to be in.
    ///
    /// # Errors
    /// ES001 to ES005; ES003 is a postal code without a country and without a default.
    pub fn read(
        body: &[u8],
        raw_query: &str,
        default_country: Option<Country>,
    ) -> Result<Self, Problem> {
        let body = Object::read(read::json_text(body, Top::Object)?, String::new())?;
        let mut request = Self {
            items: items(&body)?,
            country: country(&body)?,
            postal_code: text(&body, "postalCode")?,
            coordinates: body.get("geoCoordinates").and_then(coordinates),
            sales_channel: text(&body, "sc")?,
            overruled_sales_channel: None,
        };
        request.overrule_sales_channel(raw_query);
        request.assume_country(default_country)?;
        Ok(request)
    }

    /// Reads the `purchaseContext` of a GET's query, which is still percent-encoded; its content is
    /// treated exactly as the body of a POST.
    ///
    /// # Errors
    /// ES006 when the parameter is missing or can't be read; otherwise as [`Self::read`].
    pub fn read_purchase_context(
        raw_query: &str,
        default_country: Option<Country>,
    ) -> Result<Self, Problem> {
        let refuse =
            |why: &str| Problem::new(Code::PurchaseContext, format!("purchaseContext {why}"));
        let context = match parameter(raw_query, "purchaseContext") {
            None => return Err(refuse("is missing")),
            Some(Err(why)) => return Err(refuse(&why.to_string())),
            Some(Ok(context)) => context,
        };
        Self::read(context.as_bytes(), raw_query, default_country).map_err(|problem| match problem
            .code
        {
            Code::NotJson => refuse(problem.message.trim_start_matches("the body: ")),
            _ => problem,
        })
    }

    /// The SKUs that are asked for, each once.
    #[must_use]
    pub fn skus(&self) -> Vec<SkuId> {
        let mut skus: Vec<_> = self
            .items
            .iter()
            .filter_map(|item| item.sku.clone())
            .collect();
        skus.sort_unstable();
        skus.dedup();
        skus
    }

    /// Where the cart shall go; `None`: a storefront or an index asks, not a checkout.
    #[must_use]
    pub fn destination(&self) -> Option<Destination<'_>> {
        if self.postal_code.is_none() && self.coordinates.is_none() {
            return None;
        }
        Some(Destination {
            country: self.country?,
            postal_code: self.postal_code.as_deref(),
            coordinates: self.coordinates,
        })
    }

    fn overrule_sales_channel(&mut self, raw_query: &str) {
        let Some(of_query) = sales_channel(raw_query) else {
            return;
        };
        let of_body = self.sales_channel.replace(of_query);
        self.overruled_sales_channel =
            of_body.filter(|body| Some(body) != self.sales_channel.as_ref());
    }

    fn assume_country(&mut self, default: Option<Country>) -> Result<(), Problem> {
        if self.postal_code.is_some() || self.coordinates.is_some() {
            self.country = self.country.or(default);
        }
        if self.postal_code.is_some() && self.country.is_none() {
            return Err(Problem::at(
                Code::PostalCodeWithoutCountry,
                "/country",
                "is missing; a postal code needs one",
            ));
        }
        Ok(())
    }
}

fn items(body: &Object<'_>) -> Result<Vec<RequestedItem>, Problem> {
    let Some(json) = body.get("items") else {
        return Err(body.refuse("items", "is missing"));
    };
    let items: Vec<&RawValue> =
        serde_json::from_str(json).map_err(|_| body.refuse("items", "is not a list"))?;
    if items.len() > MAX_ITEMS {
        return Err(Problem::at(
            Code::TooManyItems,
            "/items",
            format_args!("has {} lines; {MAX_ITEMS} is the most", items.len()),
        ));
    }
    items
        .iter()
        .enumerate()
        .map(|(index, item)| requested_item(item.get(), index))
        .collect()
}

fn requested_item(json: &str, index: usize) -> Result<RequestedItem, Problem> {
    let item = Object::read(json, format!("/items/{index}"))?;
    let id = item.id("id")?;
    // Older marketplaces write it with a capital (protocol §2.3).
    let seller = match item.optional_id("seller")? {
        Some(seller) => Some(seller),
        None => item.optional_id("Seller")?,
    };
    Ok(RequestedItem {
        sku: SkuId::parse(id.as_str()).ok(),
        id,
        quantity: item.quantity("quantity")?,
        seller: seller.ok_or_else(|| item.refuse("seller", "is missing"))?,
    })
}

fn country(body: &Object<'_>) -> Result<Option<Country>, Problem> {
    text(body, "country")?
        .map(|country| Country::parse(country.trim()))
        .transpose()
        .map_err(|why| body.refuse("country", why))
}

/// A text that is not blank.
fn text(body: &Object<'_>, name: &str) -> Result<Option<String>, Problem> {
    Ok(body
        .optional_id(name)?
        .filter(|text| !text.trim().is_empty()))
}

/// Coordinates are never refused: the published samples hold one number, or numbers in quotes.
fn coordinates(json: &str) -> Option<[Decimal; 2]> {
    let numbers: Vec<&RawValue> = serde_json::from_str(json).ok()?;
    match numbers.as_slice() {
        [first, second] => Some([coordinate(first.get())?, coordinate(second.get())?]),
        _ => None,
    }
}

fn coordinate(json: &str) -> Option<Decimal> {
    let number = json.trim_matches('"').trim();
    let value = number
        .parse()
        .or_else(|_| Decimal::from_scientific(number))
        .ok()?;
    (value >= Decimal::from(-180) && value <= Decimal::from(180)).then_some(value)
}

#[cfg(test)]
mod tests;
