//! Good answers have no violation; each bad one has exactly the one it should.

mod cancellation;
mod coverage;
mod fulfillment;
mod placement;
mod simulation;

use std::time::Duration;

use serde_json::{Value, json};

use super::{Reply, Rule, Violation};

fn reply(body: &Value) -> Reply {
    raw(200, "application/json; charset=utf-8", &body.to_string())
}

fn raw(status: u16, content_type: &str, body: &str) -> Reply {
    Reply {
        status,
        content_type: Some(content_type.to_owned()),
        body: body.as_bytes().to_vec(),
        took: Duration::from_millis(20),
    }
}

fn refusal(status: u16) -> Reply {
    let envelope = json!({"error": {"code": "ES014", "message": "no stock", "exception": null}});
    raw(status, "application/json", &envelope.to_string())
}

/// A good answer made bad in one place, and what must be said about it.
struct Bad {
    /// The place that is changed, as a JSON pointer.
    at: &'static str,
    /// What stands there then; `None` takes the field away.
    becomes: Option<Value>,
    rule: Rule,
    /// The place the violation names.
    pointer: &'static str,
}

const fn set(at: &'static str, becomes: Value, rule: Rule, pointer: &'static str) -> Bad {
    Bad {
        at,
        becomes: Some(becomes),
        rule,
        pointer,
    }
}

/// The field is taken away, which is noted as [`Rule::FieldMissing`] at the object it was in.
fn without(at: &'static str) -> Bad {
    let (object, _) = at.rsplit_once('/').unwrap();
    Bad {
        at,
        becomes: None,
        rule: Rule::FieldMissing,
        pointer: object,
    }
}

impl Bad {
    fn apply(&self, good: &Value) -> Value {
        let mut body = good.clone();
        match &self.becomes {
            Some(value) if self.at.is_empty() => body = value.clone(),
            Some(value) => {
                let (parent, name) = self.at.rsplit_once('/').unwrap();
                let parent = body.pointer_mut(parent).unwrap();
                match name.parse::<usize>() {
                    Ok(index) => parent[index] = value.clone(),
                    Err(_) => parent[name] = value.clone(),
                }
            }
            None => {
                let (parent, name) = self.at.rsplit_once('/').unwrap();
                let parent = body.pointer_mut(parent).unwrap();
                parent.as_object_mut().unwrap().remove(name).unwrap();
            }
        }
        body
    }

    fn expect(&self, found: &[Violation]) {
        let found = found
            .iter()
            .map(|violation| (violation.rule, violation.pointer.as_str()))
            .collect::<Vec<_>>();
        assert_eq!(
            found,
            [(self.rule, self.pointer)],
            "with {} at {:?}",
            self.becomes
                .as_ref()
                .map_or_else(|| "nothing".to_owned(), Value::to_string),
            self.at,
        );
    }
}

fn rules(violations: &[Violation]) -> Vec<Rule> {
    violations.iter().map(|violation| violation.rule).collect()
}
