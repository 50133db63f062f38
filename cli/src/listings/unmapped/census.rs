//! How many SKUs have each name that is not mapped.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use feirante_models::erp::Catalog;
use feirante_seller::mapping::{Mapping, Name};

/// Names that are not mapped. It grows with the names and not with the SKUs.
#[derive(Debug, Default)]
pub(super) struct Census {
    /// By what their spellings have in common.
    names: BTreeMap<Name, Counted>,
    skus: u64,
}

#[derive(Debug)]
struct Counted {
    /// As the first SKU has it.
    written: Name,
    skus: u64,
}

impl Census {
    /// Counts the names of a SKU.
    pub(super) fn count(&mut self, mapping: &Mapping, catalog: &Catalog) {
        let unmapped = mapping.apply(catalog).unmapped;
        self.skus += u64::from(!unmapped.is_empty());
        // Two spellings of one SKU's are one name.
        let distinct: BTreeMap<_, _> = unmapped
            .into_iter()
            .map(|name| (name.folded(), name))
            .collect();
        for (folded, written) in distinct {
            let counted = self.names.entry(folded);
            counted.or_insert(Counted { written, skus: 0 }).skus += 1;
        }
    }

    /// SKUs that have any.
    pub(super) const fn skus(&self) -> u64 {
        self.skus
    }

    /// How many names there are.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// The names with how many SKUs have each: by their kinds, values by their specifications, and of
    /// those the most frequent first.
    pub(super) fn names(&self) -> Vec<(&Name, u64)> {
        let mut names: Vec<_> = self.names.iter().collect();
        // What is equal stays in the order of the names.
        names.sort_by_key(|(name, counted)| {
            let specification = name.of_specification().unwrap_or_default();
            (rank(name), specification, Reverse(counted.skus))
        });
        let counted = names.into_iter().map(|(_, counted)| counted);
        counted.map(|one| (&one.written, one.skus)).collect()
    }
}

const fn rank(name: &Name) -> u8 {
    match name {
        Name::Category { .. } => 0,
        Name::Brand { .. } => 1,
        Name::Specification { .. } => 2,
        Name::Value { .. } => 3,
    }
}

#[cfg(test)]
mod tests {
    use feirante_models::erp::Specification;
    use feirante_seller::mapping::{Target, Unmapped};

    use super::*;

    fn catalog(brand: &str, colours: &[&str]) -> Catalog {
        let colours = Specification {
            name: "Cor".to_owned(),
            values: colours.iter().map(|colour| (*colour).to_owned()).collect(),
        };
        Catalog {
            brand: Some(brand.to_owned()),
            category: Some("Roupas".to_owned()),
            sku_specifications: vec![colours],
            ..Catalog::default()
        }
    }

    #[test]
    fn each_name_is_counted_once_for_each_sku() {
        let mapping = Mapping::new(
            Unmapped::Hold,
            [
                (Name::category("roupas"), Target::Same),
                (Name::value("Cor", "Preto"), Target::LeftOut),
            ],
        );
        let mut census = Census::default();
        for catalog in [
            catalog("Outra", &["Preto"]),
            catalog("Feira", &["Azul", "AZUL ", "Preto"]),
            catalog("feira", &["Verde", "azul"]),
        ] {
            census.count(&mapping, &catalog);
        }
        let names = census.names().into_iter();
        let names: Vec<_> = names
            .map(|(name, skus)| format!("{name}: {skus}"))
            .collect();
        assert_eq!(
            names,
            [
                "brand Feira: 2",
                "brand Outra: 1",
                // Of the first SKU's nothing is left to be sent.
                "specification Cor: 3",
                "value Azul of Cor: 2",
                "value Verde of Cor: 1",
            ]
        );
        assert_eq!((census.skus(), census.len()), (3, 5));
    }

    #[test]
    fn where_every_name_is_mapped_nothing_is_counted() {
        let any = [
            Name::category("*"),
            Name::brand("*"),
            Name::specification("*"),
            Name::value("*", "*"),
        ];
        let mapping = Mapping::new(Unmapped::Hold, any.map(|name| (name, Target::Same)));
        let mut census = Census::default();
        census.count(&mapping, &catalog("Feira", &["Azul"]));
        assert_eq!((census.skus(), census.len()), (0, 0));
    }
}
