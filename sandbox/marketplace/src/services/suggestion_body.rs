//! What a suggestion must say (protocol §3.10).

use serde_json::{Map, Value};

use super::body::{field, text, whole, wrong};
use super::reply::Reply;

const LONGEST_NAME: usize = 150;

/// Refuses a suggestion that lacks something or has it in another form.
pub(super) fn check(fields: &Map<String, Value>, legacy: bool) -> Result<(), Reply> {
    if text(fields, "ProductName")?.chars().count() > LONGEST_NAME {
        return Err(wrong("ProductName", "is longer than 150 characters"));
    }
    match field(fields, "ProductId") {
        Some(Value::String(id)) if !id.is_empty() => {}
        Some(Value::Number(_)) => {}
        _ => return Err(wrong("ProductId", "is required")),
    }
    for name in [
        "ProductDescription",
        "BrandName",
        "SkuName",
        "SellerId",
        "CategoryFullPath",
    ] {
        text(fields, name)?;
    }
    for name in ["Height", "Width", "Length"] {
        integer(fields, name)?;
    }
    if !(legacy && field(fields, "WeightKg").is_some()) {
        integer(fields, "Weight")?;
    }
    integer(fields, "AvailableQuantity")?;
    if !has_code(fields, "RefId") && !has_code(fields, "EAN") {
        return Err(wrong("RefId or EAN", "is required"));
    }
    images(fields)?;
    pricing(fields)?;
    optional_integer(fields, "SellerStockKeepingUnitId")?;
    for name in ["SkuSpecifications", "ProductSpecifications"] {
        specifications(fields, name, legacy)?;
    }
    Ok(())
}

/// Whether there is a code: a string, or a list of them, as the matcher likes better.
fn has_code(fields: &Map<String, Value>, name: &str) -> bool {
    let is_code = |value: &Value| value.as_str().is_some_and(|code| !code.is_empty());
    field(fields, name).is_some_and(|value| match value {
        Value::Array(codes) => !codes.is_empty() && codes.iter().all(is_code),
        value => is_code(value),
    })
}

fn images(fields: &Map<String, Value>) -> Result<(), Reply> {
    let images = field(fields, "Images").and_then(Value::as_array);
    let Some(images) = images.filter(|images| !images.is_empty()) else {
        return Err(wrong("Images", "needs at least one image"));
    };
    for image in images {
        let named = image.get("imageName").is_some_and(Value::is_string);
        let url = image.get("imageUrl").and_then(Value::as_str);
        let secure = url
            .and_then(|url| url::Url::parse(url).ok())
            .is_some_and(|url| url.scheme() == "https");
        if !named || !secure {
            return Err(wrong("Images", "need an imageName and an https imageUrl"));
        }
    }
    Ok(())
}

fn pricing(fields: &Map<String, Value>) -> Result<(), Reply> {
    let Some(pricing) = field(fields, "Pricing").and_then(Value::as_object) else {
        return Err(wrong("Pricing", "is required"));
    };
    let currency = text(pricing, "Currency")?;
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(wrong("Currency", "must be an ISO 4217 code"));
    }
    text(pricing, "CurrencySymbol")?;
    integer(pricing, "SalePrice")
}

fn specifications(fields: &Map<String, Value>, name: &str, legacy: bool) -> Result<(), Reply> {
    let Some(specifications) = field(fields, name) else {
        return Ok(());
    };
    let is_specification = |value: &Value| {
        let named = value.get("fieldName").is_some_and(Value::is_string);
        let values = value.get("fieldValues").and_then(Value::as_array);
        let listed = values.is_some_and(|values| values.iter().all(Value::is_string));
        named && (listed || legacy && value.get("fieldValue").is_some_and(Value::is_string))
    };
    match specifications.as_array() {
        Some(specifications) if specifications.iter().all(is_specification) => Ok(()),
        _ => Err(wrong(name, "must be a list of fieldName and fieldValues")),
    }
}

fn integer(fields: &Map<String, Value>, name: &str) -> Result<(), Reply> {
    field(fields, name).ok_or_else(|| wrong(name, "is required"))?;
    optional_integer(fields, name)
}

fn optional_integer(fields: &Map<String, Value>, name: &str) -> Result<(), Reply> {
    match field(fields, name).map(whole) {
        None => Ok(()),
        Some(Some(number)) if number >= 0 => Ok(()),
        Some(_) => Err(wrong(name, "must be a whole number")),
    }
}
