//! What a modification does to an order, as far as a seller applies it.
//!
//! `add` and `remove` are published as an object with `items`, and in the schema of the answer as a
//! list of such; both are read, and so is a list of the items themselves.

use serde::{Deserialize, Serialize};

use crate::object::Object;
use crate::placement::ChosenWindow;
use crate::problem::{Code, ModificationCode, Problem};
use crate::{Cents, Quantity, SkuId};

/// Items of one modification: what it moves has to fit into one transaction, beside the order.
pub const MOST_ITEMS: usize = 80;

/// What a modification does to an order. Nothing of it is personal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Alterations {
    /// Units that are taken off.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<Removal>,
    /// Units that others take the place of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub replace: Vec<Replacement>,
    /// Units that are put on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<Addition>,
    /// Cents off the order's total.
    pub discount: Cents,
    /// Cents on top of it.
    pub increment: Cents,
}

/// Units that are taken off an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Removal {
    /// The SKU.
    pub sku: SkuId,
    /// How many.
    pub quantity: Quantity,
    /// The unit price in cents that tells lines of one SKU apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Cents>,
}

/// Units that are put on an order: a line of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Addition {
    /// The SKU.
    pub sku: SkuId,
    /// How many.
    pub quantity: Quantity,
    /// Their unit price in cents; `None`: the price the order or the seller has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Cents>,
    /// How they are delivered.
    #[serde(default)]
    pub delivery: Delivery,
}

/// How an addition is delivered; what is not told is as with what it replaces.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Delivery {
    /// The delivery method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Shipping of all of it, in cents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Cents>,
    /// The delivery window. It is compared with the order's when the modification is asked for, and
    /// not kept.
    #[serde(skip)]
    pub window: Option<ChosenWindow>,
}

/// Units that take the place of others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replacement {
    /// What goes.
    pub from: Vec<Removal>,
    /// What comes.
    pub to: Vec<Addition>,
}

impl Alterations {
    /// Reads them from a request.
    pub(super) fn read(body: &Object<'_>) -> Result<Self, Problem> {
        refuse_personal(body)?;
        let mut read = Self::default();
        read.take_manual_values(body)?;
        for group in groups(body, "remove")? {
            read.remove.extend(removals(&group)?);
        }
        for group in groups(body, "replace")? {
            let mut replacement = Replacement::default();
            for from in groups(&group, "from")? {
                replacement.from.extend(removals(&from)?);
            }
            for to in groups(&group, "to")? {
                replacement.to.extend(read.additions(&to)?);
            }
            for (name, missing) in [
                ("from", replacement.from.is_empty()),
                ("to", replacement.to.is_empty()),
            ] {
                if missing {
                    return Err(group.refuse(name, "has no item"));
                }
            }
            read.replace.push(replacement);
        }
        for group in groups(body, "add")? {
            let additions = read.additions(&group)?;
            read.add.extend(additions);
        }
        let items = read.items();
        if items > MOST_ITEMS {
            let why = format!("the modification has {items} items, and may have {MOST_ITEMS}");
            return Err(Problem::new(Code::TooManyItems, why));
        }
        if items == 0 && read.discount == read.increment {
            return Err(Problem::at(Code::Schema, "", "changes nothing"));
        }
        Ok(read)
    }

    /// The SKUs of which units are put on.
    pub fn added_skus(&self) -> impl Iterator<Item = &SkuId> {
        let replacing = self.replace.iter().flat_map(|replaced| &replaced.to);
        self.add.iter().chain(replacing).map(|item| &item.sku)
    }

    fn items(&self) -> usize {
        let replaced = self.replace.iter();
        let replaced = replaced.map(|one| one.from.len() + one.to.len());
        self.add.len() + self.remove.len() + replaced.sum::<usize>()
    }

    fn additions(&mut self, group: &Object<'_>) -> Result<Vec<Addition>, Problem> {
        refuse_personal(group)?;
        let mut additions = Vec::new();
        for item in items(group)? {
            refuse_personal(&item)?;
            self.take_manual_values(&item)?;
            additions.push(Addition {
                sku: sku(&item)?,
                quantity: item.quantity("quantity")?,
                price: optional_price(&item)?,
                delivery: Delivery::default(),
            });
        }
        if group.get("shippingData").is_none() {
            return Ok(additions);
        }
        let shipping = group.object("shippingData")?;
        for name in ["address", "selectedAddresses"] {
            if !is_blank(shipping.get(name)) {
                let code = Code::Modification(ModificationCode::Address);
                let why = "an order's address can't be changed";
                return Err(Problem::at(code, &shipping.pointer(name), why));
            }
        }
        for logistics in shipping.objects("logisticsInfo")? {
            let index = logistics.index("itemIndex", additions.len())?;
            additions[index].delivery = Delivery::read(&logistics)?;
        }
        Ok(additions)
    }

    /// What is taken off the total, or put on top of it, whether it stands with the order or an item.
    fn take_manual_values(&mut self, object: &Object<'_>) -> Result<(), Problem> {
        for (name, sum) in [
            ("manualDiscountValue", &mut self.discount),
            ("manualIncrementValue", &mut self.increment),
        ] {
            if object.get(name).is_some() {
                *sum = sum
                    .checked_add(object.price(name)?)
                    .ok_or_else(|| object.refuse(name, "is too large"))?;
            }
        }
        Ok(())
    }
}

impl Delivery {
    fn read(logistics: &Object<'_>) -> Result<Self, Problem> {
        let method = match logistics.optional_id("selectedSla")? {
            Some(method) => Some(method),
            // As one of the published samples spells it.
            None => logistics.optional_id("slaId")?,
        };
        Ok(Self {
            method,
            price: optional_price(logistics)?,
            window: ChosenWindow::of(logistics),
        })
    }
}

/// The parts of an operation, each with its items.
fn groups<'a>(body: &Object<'a>, name: &str) -> Result<Vec<Object<'a>>, Problem> {
    match body.get(name) {
        None => Ok(Vec::new()),
        Some(json) if json.starts_with('[') => body.objects(name),
        Some(_) => Ok(vec![body.object(name)?]),
    }
}

/// The items of a part; it is one itself where it has an id.
fn items<'a>(group: &Object<'a>) -> Result<Vec<Object<'a>>, Problem> {
    if group.get("items").is_none() && group.get("id").is_some() {
        return Ok(vec![group.clone()]);
    }
    group.objects("items")
}

fn removals(group: &Object<'_>) -> Result<Vec<Removal>, Problem> {
    let removal = |item: &Object<'_>| {
        Ok(Removal {
            sku: sku(item)?,
            quantity: item.quantity("quantity")?,
            price: optional_price(item)?,
        })
    };
    items(group)?.iter().map(removal).collect()
}

fn sku(item: &Object<'_>) -> Result<SkuId, Problem> {
    SkuId::parse(item.id("id")?).map_err(|why| item.refuse("id", why))
}

fn optional_price(item: &Object<'_>) -> Result<Option<Cents>, Problem> {
    item.get("price").map(|_| item.price("price")).transpose()
}

/// Who the buyer is stands in the placement alone: what could not be applied must not be agreed to.
fn refuse_personal(object: &Object<'_>) -> Result<(), Problem> {
    const NAME: &str = "clientProfileData";
    if is_blank(object.get(NAME)) {
        return Ok(());
    }
    Err(object.refuse(NAME, "the buyer's data can't be changed"))
}

fn is_blank(json: Option<&str>) -> bool {
    json.is_none_or(|json| matches!(json, "[]" | "{}" | "\"\""))
}
