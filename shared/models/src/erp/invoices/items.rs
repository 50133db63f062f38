//! The lines of an invoice, each SKU once.
//!
//! A SKU in several lines blocks refunds at the marketplace and puts packages in disorder
//! (protocol §3.6, §7 #6), so what the ERP splits is put together here.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use indexmap::map::Entry;
use serde_json::{Value, json};

use crate::object::Object;
use crate::problem::{Code, Problem};
use crate::{Cents, Quantity, SkuId};

/// What an invoice is over of one SKU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceItem {
    /// The seller's SKU.
    pub sku: SkuId,
    /// Units invoiced.
    pub quantity: Quantity,
    /// Unit price in cents: of several lines the weighted one, rounded half up.
    pub price: Cents,
    /// What the ERP says of it. Of several lines what each says, in alphabetical order.
    pub description: Option<String>,
}

/// No seller this is for has more of anything: a greater number is a mistake.
const MOST_UNITS: i64 = 1_000_000_000;

/// Lines of one invoice: more than any order of the protocol can have (§2.5).
const MOST_LINES: usize = 1_000;

/// Characters of a description.
const LONGEST_DESCRIPTION: usize = 500;

/// Lines of one SKU, added up.
struct Sum {
    quantity: Quantity,
    /// Σ price × quantity in cents. Of all lines there may be, it fits many times over.
    amount: i128,
    descriptions: BTreeSet<String>,
}

/// The lines of an invoice in the order its SKUs come first; at least one.
pub(super) fn read(invoice: &Object<'_>) -> Result<Vec<InvoiceItem>, Problem> {
    let lines = invoice.objects("items")?;
    if lines.is_empty() {
        return Err(invoice.refuse("items", "has no item"));
    }
    if lines.len() > MOST_LINES {
        return Err(invoice.refuse("items", "has more than 1000"));
    }
    let mut sums = IndexMap::new();
    let mut total = 0;
    for line in &lines {
        let sku = SkuId::parse(line.id("id")?).map_err(|why| line.refuse("id", why))?;
        let sum = Sum::read(line)?;
        total += sum.amount;
        if total > i128::from(i64::MAX) {
            return Err(line.refuse("price", "adds up to more than can be counted"));
        }
        match sums.entry(sku) {
            Entry::Vacant(place) => {
                place.insert(sum);
            }
            Entry::Occupied(mut before) => before.get_mut().add(sum, line)?,
        }
    }
    Ok(sums.into_iter().map(|(sku, sum)| sum.item(sku)).collect())
}

impl Sum {
    fn read(line: &Object<'_>) -> Result<Self, Problem> {
        let quantity = counted(line.quantity("quantity")?, line)?;
        let price = line.price("price")?;
        let description = line.optional_text("description", LONGEST_DESCRIPTION)?;
        Ok(Self {
            quantity,
            amount: i128::from(price.get()) * i128::from(quantity.get()),
            descriptions: description.into_iter().collect(),
        })
    }

    fn add(&mut self, other: Self, line: &Object<'_>) -> Result<(), Problem> {
        let units = self.quantity.get() + other.quantity.get();
        self.quantity = counted(Quantity::new(units).unwrap_or(self.quantity), line)?;
        self.amount += other.amount;
        self.descriptions.extend(other.descriptions);
        Ok(())
    }

    fn item(self, sku: SkuId) -> InvoiceItem {
        let units = i128::from(self.quantity.get());
        let price = (2 * self.amount + units) / (2 * units);
        let descriptions: Vec<String> = self.descriptions.into_iter().collect();
        InvoiceItem {
            sku,
            quantity: self.quantity,
            // Between the prices of the lines, which fit.
            price: Cents::new(i64::try_from(price).unwrap_or(i64::MAX)),
            description: (!descriptions.is_empty()).then(|| descriptions.join("; ")),
        }
    }
}

/// `quantity`, unless it is one that [`Quantity`] may have cut.
fn counted(quantity: Quantity, line: &Object<'_>) -> Result<Quantity, Problem> {
    if quantity.get() > MOST_UNITS {
        let pointer = line.pointer("quantity");
        let why = "makes more than a thousand million units";
        return Err(Problem::at(Code::Quantity, &pointer, why));
    }
    Ok(quantity)
}

impl InvoiceItem {
    /// What of it counts for the invoice's hash.
    pub(super) fn content(&self) -> Value {
        json!([
            self.sku.as_str(),
            self.quantity.get(),
            self.price.get(),
            self.description,
        ])
    }
}
