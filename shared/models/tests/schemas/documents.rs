//! The schemas as documents.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::queue::{Queue, repository, schema};

fn published() -> Vec<String> {
    let files = std::fs::read_dir(repository("docs/schemas")).unwrap();
    let mut names: Vec<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .map(|name| name.strip_suffix(".json").expect("a schema").to_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn each_queue_of_the_erp_has_a_schema() {
    let mut queues: Vec<&str> = Queue::ALL.map(Queue::name).to_vec();
    queues.push("erp-orders");
    queues.sort_unstable();
    assert_eq!(published(), queues);
}

#[test]
fn each_schema_is_of_the_draft_it_names_and_has_examples() {
    for name in published() {
        let schema = schema(&name);
        let draft = "https://json-schema.org/draft/2020-12/schema";
        assert_eq!(schema["$schema"], draft, "{name}");
        assert!(jsonschema::draft202012::meta::is_valid(&schema), "{name}");
        assert!(schema["title"].is_string() && schema["description"].is_string());
        assert!(schema["examples"].is_array(), "{name}");
    }
}

#[test]
fn each_field_is_described() {
    fn walk(schema: &Value, place: &str, undescribed: &mut Vec<String>) {
        let nothing = serde_json::Map::new();
        let object = schema.as_object().unwrap_or(&nothing);
        for (name, field) in object
            .get("properties")
            .and_then(Value::as_object)
            .unwrap_or(&nothing)
        {
            let place = format!("{place}/{name}");
            if field.get("description").is_none() && field.get("$ref").is_none() {
                undescribed.push(place.clone());
            }
            walk(field, &place, undescribed);
        }
    }
    let mut undescribed = Vec::new();
    for name in Queue::ALL.map(Queue::name) {
        let schema = schema(name);
        walk(&schema, name, &mut undescribed);
        for (part, definition) in schema["$defs"].as_object().unwrap() {
            // How an order may be named is said of the whole, and in it once more of each field.
            walk(definition, &format!("{name}#{part}"), &mut undescribed);
            assert!(definition["description"].is_string(), "{name}#{part}");
        }
    }
    // Their names say it all.
    undescribed
        .retain(|place| !place.contains("/dimensionsCm/") && !place.contains("#specification/"));
    assert_eq!(undescribed, Vec::<String>::new());
}

/// Each file stands alone, so what two of them need stands in both.
#[test]
fn what_two_schemas_share_is_the_same_in_both() {
    let mut known = BTreeMap::<String, (&str, Value)>::new();
    let mut shared = 0;
    for name in Queue::ALL.map(Queue::name) {
        for (part, definition) in schema(name)["$defs"].as_object().unwrap() {
            match known.get(part) {
                Some((other, same)) => {
                    assert_eq!(definition, same, "{part} of {name} and {other}");
                    shared += 1;
                }
                None => {
                    known.insert(part.clone(), (name, definition.clone()));
                }
            }
        }
    }
    assert!(shared > 0);
}
