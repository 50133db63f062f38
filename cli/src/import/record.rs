//! A row of a CSV file as the messages it makes: of the SKU, its price and its stock, as far as their
//! cells are filled.

use feirante_models::WarehouseId;
use feirante_models::erp::OfferMessage;
use serde_json::{Map, Value, json};

use super::cells;
use super::columns::{Column, NAME, Owner, PRICE, Part, SKU};
use super::entry::{Entry, Mistake};
use super::headers::{Headers, Meaning};
use super::rows::Row;

/// A message under way.
struct Draft<'a> {
    part: Part,
    message: Value,
    /// The JSON pointers that were set, each by the column of this name.
    set: Vec<(String, &'a str)>,
    /// Whether more than a place is filled.
    is_filled: bool,
}

/// The messages of `row`, or all that is wrong with it. Counts without a warehouse are of `warehouse`.
pub(super) fn read(headers: &Headers, row: &Row, warehouse: &WarehouseId) -> Entry {
    let mut entry = Entry::at(row.line);
    let mut drafts = [
        Draft::new(Part::Sku, "sku"),
        Draft::new(Part::Price, "price"),
        Draft::new(Part::Stock, "stock"),
    ];
    for ((header, meaning), cell) in headers.iter().zip(&row.cells) {
        if !cell.is_empty()
            && let Err(why) = fill(&mut drafts, header, meaning, cell)
        {
            entry.mistakes.push(Mistake::of(row.line, header, why));
        }
    }
    if row.cells[headers.iter().len().min(row.cells.len())..]
        .iter()
        .any(|cell| !cell.is_empty())
    {
        let why =
            "has more cells than the first line: a cell with the delimiter in it needs quotes";
        entry.mistakes.push(Mistake::of_line(row.line, why));
    }
    if !entry.mistakes.is_empty() {
        // What is missing may be what could not be read.
        return entry;
    }
    for draft in drafts.into_iter().filter(|draft| draft.is_filled) {
        match draft.finish(headers, warehouse) {
            Ok(message) => entry.messages.push(message),
            Err((column, why)) => {
                let mistake = match column {
                    Some(column) => Mistake::of(row.line, &column, why),
                    None => Mistake::of_line(row.line, why),
                };
                entry.mistakes.push(mistake);
            }
        }
    }
    if entry.messages.is_empty() && entry.mistakes.is_empty() {
        let why = "says nothing: neither data of the SKU nor a price nor stock";
        entry.mistakes.push(Mistake::of_line(row.line, why));
    }
    entry
}

fn fill<'a>(
    drafts: &mut [Draft<'a>; 3],
    header: &'a str,
    meaning: &Meaning,
    cell: &str,
) -> Result<(), String> {
    match meaning {
        Meaning::Nothing => {}
        Meaning::Specification(owner, name) => {
            let values = super::list::split(cell);
            let sku = drafts.iter_mut().find(|draft| draft.part == Part::Sku);
            sku.into_iter()
                .for_each(|sku| sku.specify(header, *owner, name, &values));
        }
        Meaning::Column(column) => {
            let value = cells::value(cell, column.form)?;
            for draft in drafts {
                if column.part == Part::All || column.part == draft.part {
                    draft.set(header, column, value.clone());
                }
            }
        }
    }
    Ok(())
}

impl<'a> Draft<'a> {
    fn new(part: Part, kind: &str) -> Self {
        Self {
            part,
            message: json!({"type": kind}),
            set: Vec::new(),
            is_filled: false,
        }
    }

    fn set(&mut self, header: &'a str, column: &Column, value: Value) {
        let mut place = &mut self.message;
        for name in column.path {
            place = member(place, name);
        }
        *place = value;
        self.set
            .push((format!("/{}", column.path.join("/")), header));
        self.is_filled |= !column.is_place;
    }

    fn specify(&mut self, header: &'a str, owner: Owner, name: &str, values: &[String]) {
        let list = member(member(&mut self.message, "catalog"), owner.field());
        if list.is_null() {
            *list = json!([]);
        }
        if let Value::Array(list) = list {
            let pointer = format!("/catalog/{}/{}", owner.field(), list.len());
            list.push(json!({"name": name, "values": values}));
            self.set.push((pointer, header));
        }
        self.is_filled = true;
    }

    /// The message, as the reader of the queue sees it.
    fn finish(
        mut self,
        headers: &Headers,
        warehouse: &WarehouseId,
    ) -> Result<OfferMessage, (Option<String>, String)> {
        let missing = |column: &str, why: &str| {
            let header = headers.of(column).unwrap_or(column);
            Err((Some(header.to_owned()), format!("is missing{why}")))
        };
        if self.message.get(SKU).is_none() {
            return missing(SKU, "");
        }
        match self.part {
            Part::Sku => {
                if self.message.get(NAME).is_none() {
                    return missing(NAME, ": data of a SKU replace all there were of it");
                }
                let active = member(&mut self.message, "active");
                if active.is_null() {
                    *active = true.into();
                }
            }
            Part::Price => {
                if self.message.get("price").is_none() {
                    return missing(PRICE, "");
                }
            }
            Part::Stock | Part::All => {
                let place = member(&mut self.message, "warehouse");
                if place.is_null() {
                    *place = warehouse.as_str().into();
                }
            }
        }
        let body = self.message.to_string();
        OfferMessage::read(body.as_bytes()).map_err(|problem| {
            let (pointer, why) = match problem.message.split_once(": ") {
                Some((pointer, why)) => (pointer, why.to_owned()),
                None => ("", problem.message.clone()),
            };
            let unset = || headers.of_path(pointer).map(str::to_owned);
            let column = self.column_at(pointer).map(str::to_owned).or_else(unset);
            (column, why)
        })
    }

    /// The column that set what stands at `pointer`, or a part of it, or what it is part of.
    fn column_at(&self, pointer: &str) -> Option<&'a str> {
        let is_under = |one: &str, other: &str| {
            one.strip_prefix(other)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let found = self
            .set
            .iter()
            .find(|(set, _)| is_under(pointer, set) || is_under(set, pointer));
        found.map(|(_, header)| *header)
    }
}

/// A member of an object, made if it is not there.
fn member<'v>(value: &'v mut Value, name: &str) -> &'v mut Value {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    &mut value[name]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::messages;

    /// The messages and the mistakes of a row.
    fn read(headers: &str, row: &str) -> (Vec<Value>, Vec<String>) {
        let cells = |line: &str| line.split(';').map(str::to_owned).collect::<Vec<_>>();
        let headers = Headers::read(&cells(headers), false).unwrap();
        let row = Row {
            line: 2,
            cells: cells(row),
        };
        let main = WarehouseId::parse("main").unwrap();
        let entry = super::read(&headers, &row, &main);
        let written = entry
            .messages
            .iter()
            .map(|message| serde_json::from_str(&messages::json(message).unwrap()).unwrap());
        let mistakes = entry.mistakes.iter().map(ToString::to_string);
        (written.collect(), mistakes.collect())
    }

    #[test]
    fn a_row_makes_the_messages_whose_cells_are_filled() {
        let columns = "sku;nome;peso;altura;largura;comprimento;marca;spec:Cor;preço;marketplace;estoque;depósito";
        let (messages, mistakes) = read(
            columns,
            "1;Camisa;500;3;25,5;30;Feira;Azul|Verde;73,90;mkt1;99;",
        );
        assert_eq!(mistakes, <Vec<String>>::new());
        assert_eq!(
            messages,
            [
                json!({"type": "sku", "sku": "1", "active": true, "name": "Camisa", "weightGrams": 500,
                    "dimensionsCm": {"height": 3, "width": 25.5, "length": 30},
                    "catalog": {"productId": null, "productName": null, "description": null,
                        "brand": "Feira", "category": null, "ean": null, "refId": null, "images": [],
                        "productSpecifications": [],
                        "skuSpecifications": [{"name": "Cor", "values": ["Azul", "Verde"]}]}}),
                json!({"type": "price", "sku": "1", "price": 7390, "marketplace": "mkt1"}),
                json!({"type": "stock", "sku": "1", "warehouse": "main", "onHand": 99}),
            ]
        );
        let (messages, mistakes) = read(columns, "1;;;;;;;;;mkt1;0;loja");
        assert_eq!(mistakes, <Vec<String>>::new());
        assert_eq!(
            messages,
            [json!({"type": "stock", "sku": "1", "warehouse": "loja", "onHand": 0})]
        );
        let (messages, _) = read("sku;preço", "1;-");
        assert_eq!(
            messages,
            [json!({"type": "price", "sku": "1", "price": null})]
        );
    }

    #[test]
    fn mistakes_name_the_column_as_the_file_does() {
        for (headers, row, expected) in [
            ("sku;preço", ";1,00", "2: sku: is missing"),
            (
                "sku;peso",
                "1;5",
                "2: name: is missing: data of a SKU replace all there were of it",
            ),
            (
                "sku;nome;peso",
                "1;x;leve",
                "2: peso: is not a whole number",
            ),
            ("sku;preço de", "1;5,00", "2: price: is missing"),
            (
                "sku;preço;canal",
                "1;5,00;2",
                "2: marketplace: is missing: a sales channel is one of a marketplace",
            ),
            (
                "sku;estoque;depósito",
                "1;5;São Paulo",
                "2: depósito: a warehouse id has 1 to 40 characters of A-Z, a-z, 0-9, - and _",
            ),
            (
                "sku;nome;altura",
                "1;x;2",
                "2: altura: missing field `width`",
            ),
            (
                "sku;preço;canal",
                "1;;2",
                "2: says nothing: neither data of the SKU nor a price nor stock",
            ),
            (
                "sku;preço",
                "1;73;90",
                "2: has more cells than the first line: a cell with the delimiter in it needs quotes",
            ),
        ] {
            let (messages, mistakes) = read(headers, row);
            assert_eq!((messages.len(), mistakes), (0, vec![expected.to_owned()]));
        }
    }
}
