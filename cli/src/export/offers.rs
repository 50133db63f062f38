//! SKUs with their prices and their stock, as `feirante import` reads them.
//!
//! The columns of a CSV file depend on all SKUs, since each specification is one; so messages are
//! put into a temporary file first, and read from there.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, BufWriter, Seek, Write};
use std::time::Duration;

use feirante_models::Instant;
use feirante_models::erp::{Catalog, OfferMessage, PriceMessage, SkuMessage, StockMessage};
use feirante_store::{Budget, Offers};

use super::messages::{self, Facts};
use super::out::{Out, Style};
use crate::failure::Failure;
use crate::import::columns::{COLUMNS, Owner};
use crate::import::list;

/// How long one page may take.
const TIME: Duration = Duration::from_secs(30);

/// Specifications that are columns.
type Specifications = BTreeSet<(Owner, String)>;

/// Writes all offers. What each row says was so when it was read: what changes between an export
/// and the import of it is newer, and stays.
pub(super) async fn export(offers: &Offers, mut out: Out) -> Result<(), Failure> {
    if out.style == Style::Jsonl {
        each_sku(offers, |facts, as_of| {
            for message in facts.messages(as_of) {
                out.line(&json(&message)?)?;
            }
            Ok(())
        })
        .await?;
        return out.finish();
    }
    let failed = |error: &std::io::Error| Failure::system("a temporary file", error);
    let mut kept = BufWriter::new(tempfile::tempfile().map_err(|error| failed(&error))?);
    let mut specifications = Specifications::new();
    each_sku(offers, |facts, as_of| {
        note(&facts, &mut specifications);
        for message in facts.messages(as_of) {
            writeln!(kept, "{}", json(&message)?).map_err(|error| failed(&error))?;
        }
        // A blank line ends a SKU.
        writeln!(kept).map_err(|error| failed(&error))
    })
    .await?;
    let mut kept = kept.into_inner().map_err(|error| failed(error.error()))?;
    kept.rewind().map_err(|error| failed(&error))?;

    let mut headers: Vec<String> = columns().map(str::to_owned).collect();
    headers.extend(
        specifications
            .iter()
            .map(|(owner, name)| owner.header(name)),
    );
    out.row(&headers)?;
    let mut messages = Vec::new();
    for line in BufReader::new(kept).lines() {
        let line = line.map_err(|error| failed(&error))?;
        if !line.is_empty() {
            let message = OfferMessage::read(line.as_bytes());
            messages.push(message.map_err(|problem| Failure::system("an offer", &problem))?);
            continue;
        }
        for row in Row::all_of(&messages) {
            out.row(row.cells(&specifications, out.style))?;
        }
        messages.clear();
    }
    out.finish()
}

/// Calls `take` with each SKU and when it was so.
async fn each_sku(
    offers: &Offers,
    mut take: impl FnMut(Facts, Instant) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut page = None;
    loop {
        let as_of = Instant::now();
        let (products, next) = offers
            .all_products(page, Budget::of(TIME))
            .await
            .map_err(|error| Failure::system("the offers can't be read", &error))?;
        for product in &products {
            take(Facts::of(product), as_of)?;
        }
        page = next;
        if page.is_none() {
            return Ok(());
        }
    }
}

fn json(message: &OfferMessage) -> Result<String, Failure> {
    messages::json(message).map_err(|error| Failure::system("an offer", &error))
}

/// The documented columns; a weight is written in grams only.
fn columns() -> impl Iterator<Item = &'static str> {
    let names = COLUMNS.iter().map(|column| column.name);
    names.filter(|name| *name != "weight_kg")
}

fn note(facts: &Facts, specifications: &mut Specifications) {
    let catalog = facts.sku.as_ref().and_then(|sku| sku.catalog.as_deref());
    for (owner, name) in catalog.into_iter().flat_map(named) {
        specifications.insert((owner, name.to_owned()));
    }
}

/// The specifications that a column can hold.
fn named(catalog: &Catalog) -> impl Iterator<Item = (Owner, &str)> {
    let of_sku = catalog.sku_specifications.iter();
    let of_product = catalog.product_specifications.iter();
    let of_sku = of_sku.map(|one| (Owner::Sku, one.name.trim()));
    let of_product = of_product.map(|one| (Owner::Product, one.name.trim()));
    let all = of_sku.chain(of_product);
    all.filter(|(_, name)| !name.is_empty())
}

/// A row: of a SKU's data, its prices and its stock the first, then the second price and stock, and so
/// on.
#[derive(Debug, Default)]
struct Row<'a> {
    sku: Option<&'a SkuMessage>,
    price: Option<&'a PriceMessage>,
    stock: Option<&'a StockMessage>,
}

impl<'a> Row<'a> {
    fn all_of(messages: &'a [OfferMessage]) -> Vec<Self> {
        let mut rows = Vec::new();
        let (mut prices, mut counts) = (0, 0);
        let mut row = |index: usize, fill: &dyn Fn(&mut Self)| {
            if rows.len() <= index {
                rows.resize_with(index + 1, Self::default);
            }
            if let Some(row) = rows.get_mut(index) {
                fill(row);
            }
        };
        for message in messages {
            match message {
                OfferMessage::Sku(message) => row(0, &|row| row.sku = Some(message)),
                OfferMessage::Price(message) => {
                    row(prices, &|row| row.price = Some(message));
                    prices += 1;
                }
                OfferMessage::Stock(message) => {
                    row(counts, &|row| row.stock = Some(message));
                    counts += 1;
                }
                OfferMessage::StockAdjustment(_) => {}
            }
        }
        rows
    }

    fn cells(&self, specifications: &Specifications, style: Style) -> Vec<String> {
        let mut cells: Vec<String> = columns().map(|name| self.cell(name, style)).collect();
        let catalog = self.sku.and_then(|sku| sku.catalog.as_deref());
        cells.extend(specifications.iter().map(|(owner, name)| {
            let list = catalog.map(|catalog| match owner {
                Owner::Sku => &catalog.sku_specifications,
                Owner::Product => &catalog.product_specifications,
            });
            let same = list
                .into_iter()
                .flatten()
                .filter(|one| one.name.trim() == name);
            list::join(same.flat_map(|one| &one.values))
        }));
        cells
    }

    fn cell(&self, column: &str, style: Style) -> String {
        self.of_all(column)
            .or_else(|| of_sku(self.sku?, column, style))
            .or_else(|| of_price(self.price?, column, style))
            .or_else(|| of_stock(self.stock?, column))
            .unwrap_or_default()
    }

    fn of_all(&self, column: &str) -> Option<String> {
        let (sku, as_of) = match (self.sku, self.price, self.stock) {
            (Some(message), _, _) => (&message.sku, message.as_of),
            (_, Some(message), _) => (&message.sku, message.as_of),
            (_, _, Some(message)) => (&message.sku, message.as_of),
            (None, None, None) => return None,
        };
        match column {
            "sku" => Some(sku.to_string()),
            "as_of" => as_of.map(|at| at.to_string()),
            _ => None,
        }
    }
}

fn of_sku(sku: &SkuMessage, column: &str, style: Style) -> Option<String> {
    let size = sku.dimensions_cm;
    match column {
        "active" => Some(if sku.active { "yes" } else { "no" }.to_owned()),
        "name" => Some(sku.name.clone()),
        "weight" => sku.weight_grams.map(|grams| grams.to_string()),
        "height" => size.map(|size| style.decimal(size.height)),
        "width" => size.map(|size| style.decimal(size.width)),
        "length" => size.map(|size| style.decimal(size.length)),
        "unit" => sku.measurement_unit.clone(),
        "multiplier" => sku.unit_multiplier.map(|by| style.decimal(by)),
        "shipping_methods" => {
            let methods = sku.shipping_methods.as_ref()?;
            Some(match methods.is_empty() {
                true => list::NONE.to_owned(),
                false => list::join(methods),
            })
        }
        "offerings" if !sku.offerings.is_empty() => serde_json::to_string(&sku.offerings).ok(),
        _ => of_catalog(sku.catalog.as_deref()?, column),
    }
}

fn of_catalog(catalog: &Catalog, column: &str) -> Option<String> {
    let text = match column {
        "product_id" => &catalog.product_id,
        "product_name" => &catalog.product_name,
        "description" => &catalog.description,
        "brand" => &catalog.brand,
        "category" => &catalog.category,
        "ean" => &catalog.ean,
        "ref_id" => &catalog.ref_id,
        "images" => {
            let images = catalog.images.iter().map(|image| {
                // An address has no spaces; the last one ends the name.
                let url = image.url.trim().replace(char::is_whitespace, "%20");
                format!("{} {url}", image.name.trim())
            });
            return Some(list::join(images));
        }
        _ => return None,
    };
    text.clone()
}

fn of_price(price: &PriceMessage, column: &str, style: Style) -> Option<String> {
    match column {
        "price" => price.price.map(|cents| style.money(cents)),
        "list_price" => price.list_price.map(|cents| style.money(cents)),
        "marketplace" => price.marketplace.as_ref().map(ToString::to_string),
        "sales_channel" => price.sales_channel.clone(),
        "valid_from" => price.valid_from.map(|at| at.to_string()),
        "valid_until" => price.valid_until.map(|at| at.to_string()),
        "floor" => price.floor.map(|cents| style.money(cents)),
        _ => None,
    }
}

fn of_stock(stock: &StockMessage, column: &str) -> Option<String> {
    match column {
        "warehouse" => Some(stock.warehouse.to_string()),
        "stock" => Some(stock.on_hand.to_string()),
        _ => None,
    }
}
