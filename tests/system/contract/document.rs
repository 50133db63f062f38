//! A published document, read: its examples, and what breaks its schemas.

use std::collections::BTreeSet;
use std::path::Path;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde_json::{Value, json};

/// The directory with the published documents.
const VARIABLE: &str = "VTEX_OPENAPI_DIR";
/// The one of what a seller serves.
const FILE: &str = "external-seller-fulfillment.json";

/// The published operations, by path.
pub(super) const SIMULATION: &str = "/pvt/orderForms/simulation";
pub(super) const ORDERS: &str = "/pvt/orders";
pub(super) const FULFILL: &str = "/pvt/orders/{sellerOrderId}/fulfill";
pub(super) const CANCEL: &str = "/pvt/orders/{orderId}/cancel";

/// An OpenAPI 3.0 document.
pub(super) struct Document(Value);

impl Document {
    /// The document in the directory that the environment names, if it names one.
    pub(super) fn of_environment() -> Option<Self> {
        let Some(directory) = std::env::var_os(VARIABLE) else {
            eprintln!("{VARIABLE} is not set: contract tests skipped");
            return None;
        };
        let file = Path::new(&directory).join(FILE);
        let text = std::fs::read_to_string(&file)
            .unwrap_or_else(|error| panic!("{VARIABLE}: {}: {error}", file.display()));
        Some(Self::new(serde_json::from_str(&text).unwrap()))
    }

    pub(super) fn new(document: Value) -> Self {
        assert!(document["paths"].is_object(), "no OpenAPI document");
        Self(document)
    }

    /// The published request of an operation.
    pub(super) fn example(&self, operation: &str) -> &Value {
        let body = &self.post(operation)["requestBody"]["content"]["application/json"];
        assert!(body["example"].is_object(), "no example: {operation}");
        &body["example"]
    }

    /// The published headers of an operation, but for those that the client sets itself.
    pub(super) fn headers(&self, operation: &str) -> Vec<(&str, &str)> {
        self.parameters(operation, "header")
            .filter(|(name, _)| *name != "content-length")
            .collect()
    }

    /// The published id in an operation's path.
    pub(super) fn path_parameter(&self, operation: &str) -> String {
        let mut parameters = self.parameters(operation, "path");
        let found = parameters.find(|(name, _)| operation.contains(&format!("{{{name}}}")));
        found.unwrap().1.to_owned()
    }

    fn parameters(&self, operation: &str, place: &str) -> impl Iterator<Item = (&str, &str)> {
        let all = self.post(operation)["parameters"].as_array().unwrap();
        all.iter()
            .map(|parameter| self.resolved(parameter))
            .filter(move |parameter| parameter["in"] == place)
            .map(|parameter| {
                let example = parameter["schema"]["example"].as_str();
                (parameter["name"].as_str().unwrap(), example.unwrap())
            })
    }

    fn post(&self, operation: &str) -> &Value {
        let found = &self.0["paths"][operation]["post"];
        assert!(found.is_object(), "not published: {operation}");
        found
    }

    fn resolved<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(reference) => {
                let pointer = reference.strip_prefix('#').unwrap();
                self.0.pointer(pointer).unwrap()
            }
            None => value,
        }
    }

    /// How the body of an answer with status 200 differs from its schema: what has another type,
    /// what is missing, and what the schema does not know.
    pub(super) fn deviations(&self, operation: &str, body: &[u8]) -> BTreeSet<String> {
        if body.is_empty() {
            return [": nothing is no object".to_owned()].into();
        }
        let answer: Value = serde_json::from_slice(body).unwrap();
        let validator = self.validator(operation);
        validator.iter_errors(&answer).flat_map(told).collect()
    }

    fn validator(&self, operation: &str) -> Validator {
        let answers = &self.post(operation)["responses"]["200"]["content"];
        let mut schema = answers["application/json"]["schema"].clone();
        assert!(schema.is_object(), "no schema of the answer: {operation}");
        schema["components"] = self.0["components"].clone();
        strictly(&mut schema);
        jsonschema::validator_for(&schema).unwrap()
    }
}

/// Turns a schema of OpenAPI 3.0 into JSON Schema, and closes its objects: what they do not list is
/// an error.
fn strictly(schema: &mut Value) {
    if let Some(items) = schema.as_array_mut() {
        items.iter_mut().for_each(strictly);
    }
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    object.values_mut().for_each(strictly);
    // Examples are no schemas, and their `type` and `required` mean something else.
    object.remove("example");
    let single = object.get("type").and_then(Value::as_str);
    if let Some(single) = single.map(str::to_owned) {
        if object.get("nullable") == Some(&Value::Bool(true)) {
            object.insert("type".to_owned(), json!([single, "null"]));
        }
        if single == "object" && object.get("properties").is_some_and(Value::is_object) {
            object.insert("additionalProperties".to_owned(), json!(false));
        }
    }
}

/// An error as deviations: place, with `*` for positions, and what is wrong there.
fn told(error: ValidationError<'_>) -> Vec<String> {
    let path = error.instance_path().to_string();
    let parts = path.split('/').map(|part| match part.parse::<usize>() {
        Ok(_) => "*",
        Err(_) => part,
    });
    let place = parts.collect::<Vec<_>>().join("/");
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => unexpected
            .iter()
            .map(|property| format!("{place}/{property}: unknown"))
            .collect(),
        ValidationErrorKind::Required { property } => {
            vec![format!("{place}/{}: missing", property.as_str().unwrap())]
        }
        ValidationErrorKind::Type { kind } => {
            let (is, wanted) = (kind_of(error.instance()), wanted(kind));
            vec![format!("{place}: {is} is no {wanted}")]
        }
        _ => vec![format!("{place}: {error}")],
    }
}

fn wanted(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(one) => one.to_string(),
        TypeKind::Multiple(many) => {
            let names: Vec<String> = many.iter().map(|one| one.to_string()).collect();
            names.join(" or ")
        }
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_f64() => "a fraction",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
