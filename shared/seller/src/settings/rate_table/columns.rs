//! The columns of a rate table, by the names they have in the files of carriers and platforms.

use super::cells::{self, WeightColumn, WeightColumns};
use crate::settings::file::{Column, Sheet, SheetRow};

pub(super) const COUNTRY: &[&str] = &["country", "pais", "país"];
const POSTAL_START: &[&str] = &[
    "postal_start",
    "zip_code_start",
    "postal_code_start",
    "cep_inicial",
    "cep_inicio",
    "cep_início",
    "cep_de",
    "cep_start",
    "faixa_cep_de",
    "faixa_cep_inicial",
];
const POSTAL_END: &[&str] = &[
    "postal_end",
    "zip_code_end",
    "postal_code_end",
    "cep_final",
    "cep_fim",
    "cep_ate",
    "cep_até",
    "cep_end",
    "faixa_cep_ate",
    "faixa_cep_até",
    "faixa_cep_final",
];
const WEIGHT_START: &[&str] = &[
    "weight_start",
    "weight_start_g",
    "peso_inicial",
    "peso_inicial_g",
    "peso_de",
    "peso_de_g",
];
const WEIGHT_START_KG: &[&str] = &["weight_start_kg", "peso_inicial_kg", "peso_de_kg"];
const WEIGHT_END: &[&str] = &[
    "weight_end",
    "weight_end_g",
    "peso_final",
    "peso_final_g",
    "peso_ate",
    "peso_até",
    "peso_ate_g",
    "peso_até_g",
];
const WEIGHT_END_KG: &[&str] = &[
    "weight_end_kg",
    "peso_final_kg",
    "peso_ate_kg",
    "peso_até_kg",
];
const PRICE: &[&str] = &[
    "price",
    "absolute_money_cost",
    "preco",
    "preço",
    "valor",
    "valor_frete",
    "valor_do_frete",
    "frete",
    "custo",
];
const DAYS: &[&str] = &[
    "days",
    "time_cost",
    "dias",
    "prazo",
    "prazo_dias",
    "prazo_entrega",
    "prazo_de_entrega",
];
const VALUE_START: &[&str] = &[
    "value_start",
    "valor_inicial",
    "valor_de",
    "valor_nota_inicial",
    "valor_nf_inicial",
];
const VALUE_END: &[&str] = &[
    "value_end",
    "valor_final",
    "valor_ate",
    "valor_até",
    "valor_nota_final",
    "valor_nf_final",
];
const EXTRA_KG: &[&str] = &[
    "extra_kg_price",
    "preco_kg_extra",
    "preço_kg_extra",
    "preco_kg_adicional",
    "preço_kg_adicional",
    "valor_kg_adicional",
    "valor_kg_excedente",
    "kg_adicional",
    "kg_excedente",
];
const SHARE: &[&str] = &[
    "value_percent",
    "price_percent",
    "percentual_valor",
    "percentual_do_valor",
    "ad_valorem",
    "gris",
];

/// Columns that would change the price or the limits in ways there is no rule for: they may be there
/// as long as they say nothing.
const UNSUPPORTED: [(&[&str], &str); 4] = [
    (
        &["price_by_extra_weight"],
        "is a price for each gram: give one for each kilogram as extra_kg_price",
    ),
    (
        &["minimum_value_insurance"],
        "is a least charge for insurance, which is not known here",
    ),
    (
        &["max_volume"],
        "is a greatest volume, which is not known here: set the method's cubic_divisor",
    ),
    (
        &["polygon_name"],
        "is a polygon, which is not known here: give postal codes",
    ),
];

/// What exported tables write for no limit of volume.
const NO_LIMIT: u64 = 1_000_000_000;

/// The columns of a table.
pub(super) struct Columns {
    pub(super) country: Option<Column>,
    pub(super) first: Column,
    pub(super) last: Column,
    pub(super) weight: WeightColumns,
    pub(super) value: (Option<Column>, Option<Column>),
    pub(super) price: Column,
    pub(super) days: Option<Column>,
    pub(super) extra_kg: Option<Column>,
    pub(super) share: Option<Column>,
    pub(super) unsupported: [Option<Unsupported>; UNSUPPORTED.len()],
}

/// A column that must say nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unsupported {
    column: Column,
    why: &'static str,
}

impl Columns {
    /// Finds the columns and notes those that are missing.
    pub(super) fn of(sheet: &Sheet<'_>) -> Option<Self> {
        let first = sheet.required_column(POSTAL_START);
        let last = sheet.required_column(POSTAL_END);
        let price = sheet.required_column(PRICE);
        Some(Self {
            country: sheet.column(COUNTRY),
            first: first?,
            last: last?,
            weight: WeightColumns {
                start: WeightColumn::of(sheet, WEIGHT_START, WEIGHT_START_KG),
                end: WeightColumn::of(sheet, WEIGHT_END, WEIGHT_END_KG),
            },
            value: (sheet.column(VALUE_START), sheet.column(VALUE_END)),
            price: price?,
            days: sheet.column(DAYS),
            extra_kg: sheet.column(EXTRA_KG),
            share: sheet.column(SHARE),
            unsupported: UNSUPPORTED.map(|(names, why)| {
                let column = sheet.column(names)?;
                Some(Unsupported { column, why })
            }),
        })
    }
}

impl Unsupported {
    /// Notes a cell that says something.
    pub(super) fn check(self, row: &SheetRow<'_>) {
        let cell = row.cell(self.column);
        let says_nothing = match cells::number(cell.text()) {
            Some(number) => number.is_zero() || number == NO_LIMIT.into(),
            None => cell.text().is_empty(),
        };
        if !says_nothing {
            let _: Option<()> = cell.mistake(self.why);
        }
    }
}
