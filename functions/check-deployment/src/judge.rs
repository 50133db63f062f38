//! Whether an answer is the one that was to be given (protocol §3.1).
//!
//! The answer is read as a marketplace reads it and not by the types it was written with: a field that
//! both lost would not be missed.

use std::collections::{HashMap, HashSet};

use feirante_models::{Cents, Code};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::event::QUANTITY;
use crate::question::{Asker, Question};
use crate::refusal::{Flaw, Status};

/// What the function hands to API Gateway.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reply {
    status_code: u16,
    #[serde(default)]
    body: Option<String>,
    /// The call asks for no compression, so that its answer is text.
    #[serde(default)]
    is_base64_encoded: bool,
}

/// The envelope of an error (protocol §2.4).
#[derive(Deserialize)]
struct Envelope {
    error: EnvelopeError,
}

#[derive(Deserialize)]
struct EnvelopeError {
    code: String,
}

/// The answer of a simulation, as far as nobody can do without it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Simulation {
    items: Vec<Item>,
    logistics_info: Vec<Logistics>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: String,
    request_index: usize,
    price: Cents,
    list_price: Cents,
    quantity: i64,
    seller: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Logistics {
    item_index: usize,
    quantity: i64,
    stock_balance: i64,
}

/// Judges what the function answered to `question`.
///
/// # Errors
/// The first thing that is wrong with it.
pub(crate) fn judge(question: &Question, payload: &[u8]) -> Result<(), Flaw> {
    let reply: Reply = read(payload).map_err(|_| Flaw::NoReply)?;
    if reply.is_base64_encoded {
        return Err(Flaw::NoReply);
    }
    let body = reply.body.unwrap_or_default();
    match question.asker {
        Asker::Marketplace(_) => marketplace(question, reply.status_code, &body),
        Asker::Stranger => stranger(question, reply.status_code, &body),
    }
}

fn marketplace(question: &Question, status: u16, body: &str) -> Result<(), Flaw> {
    match status {
        200 => offered(question, &simulation(question, body)?),
        401 | 403 => Err(Flaw::Refused(told(status, body))),
        _ => Err(Flaw::Status(told(status, body))),
    }
}

/// While no seller file is in force a stranger is refused. Or nothing is offered: to the function that
/// looks like a seller file it can't read, and then it offers nothing to anyone.
fn stranger(question: &Question, status: u16, body: &str) -> Result<(), Flaw> {
    let told = told(status, body);
    match status {
        200 if simulation(question, body)?.items.is_empty() => Ok(()),
        200 => Err(Flaw::OpenToStrangers),
        403 if told.code.as_deref() == Some(Code::UnknownMarketplace.as_str()) => Ok(()),
        _ => Err(Flaw::Status(told)),
    }
}

/// The longest code that is repeated in the log.
const CODE: usize = 20;

fn told(status: u16, body: &str) -> Status {
    let envelope: Option<Envelope> = read(body.as_bytes()).ok();
    let code = envelope.map(|envelope| envelope.error.code.chars().take(CODE).collect());
    Status { status, code }
}

/// Reads the body of an answer, and checks its rows against the request and each other.
fn simulation(question: &Question, body: &str) -> Result<Simulation, Flaw> {
    let simulation: Simulation = read(body.as_bytes()).map_err(Flaw::Body)?;
    let mut answered = HashMap::new();
    for (row, item) in simulation.items.iter().enumerate() {
        let wrong = |problem| Err(Flaw::Row { row, problem });
        let Some(line) = question.lines.get(item.request_index) else {
            return wrong("the request has no such line");
        };
        if line.sku.as_str() != item.id {
            return wrong("it is of another SKU than the request's line");
        }
        if item.seller != question.seller_id {
            return wrong("it is of another seller");
        }
        if item.price < Cents::ZERO || item.list_price < item.price {
            return wrong("its prices are below zero, or the list price below the price");
        }
        if !(0..=QUANTITY).contains(&item.quantity) {
            return wrong("its quantity is below zero or above what was asked for");
        }
        if answered.insert(item.request_index, item.quantity).is_some() {
            return wrong("its line is answered twice");
        }
    }
    if answered.values().all(|quantity| *quantity == 0) {
        // The list is empty where nothing can be had.
        return Ok(simulation);
    }
    for (row, logistics) in simulation.logistics_info.iter().enumerate() {
        let wrong = |problem| Err(Flaw::Row { row, problem });
        if answered.remove(&logistics.item_index) != Some(logistics.quantity) {
            return wrong("its stock is of no item, or of another quantity");
        }
        if logistics.stock_balance < logistics.quantity {
            return wrong("its stock is less than what can be had");
        }
    }
    match answered.keys().min() {
        None => Ok(simulation),
        Some(&row) => Err(Flaw::Row {
            row,
            problem: "it has no stock of its own",
        }),
    }
}

/// Whatever is sold has its row, which has its price.
fn offered(question: &Question, simulation: &Simulation) -> Result<(), Flaw> {
    let rows = simulation.items.iter().map(|item| item.request_index);
    let rows: HashSet<usize> = rows.collect();
    let lines = question.lines.iter().enumerate();
    let missing = lines
        .filter(|(_, line)| line.is_sold)
        .find(|(index, _)| !rows.contains(index));
    match missing {
        None => Ok(()),
        Some((_, line)) => Err(Flaw::NotOffered(line.sku.clone())),
    }
}

/// Reads JSON; or says where it is not what it should be, and never what stands there.
fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, String> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let why = error.inner().to_string();
        let why = why.split(':').next().unwrap_or_default();
        format!("{} {why}", error.path())
    })?;
    reader.end().map_err(|_| "more follows".to_owned())?;
    Ok(value)
}

#[cfg(test)]
mod tests;
