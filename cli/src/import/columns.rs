//! The columns of a CSV file of offers: their names, and what each says in a message.

/// Which message of a row a cell belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The SKU itself.
    Sku,
    /// Its price.
    Price,
    /// Its stock.
    Stock,
    /// Each of them.
    All,
}

/// How a cell is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    /// A code that a spreadsheet may have taken for a number.
    Code,
    /// Yes or no.
    Flag,
    /// Money, with a comma or a point.
    Money,
    /// The same, where [`super::list::NONE`] takes it away.
    Price,
    /// A whole number.
    Whole,
    /// The same, below zero too.
    Units,
    Decimal,
    /// Kilograms of something measured in grams.
    Kilograms,
    Time,
    List,
    /// A list of pictures, each an address, with a name before it.
    Pictures,
    /// JSON, as in the message.
    Json,
}

/// A column.
#[derive(Debug)]
pub(crate) struct Column {
    /// Its name as documented and exported.
    pub(crate) name: &'static str,
    /// Other names it goes by.
    pub(super) others: &'static [&'static str],
    pub(super) part: Part,
    pub(super) form: Form,
    /// Where in the message its value stands.
    pub(super) path: &'static [&'static str],
    /// Whether it only says where: alone it makes no message.
    pub(super) is_place: bool,
}

const fn column(
    name: &'static str,
    others: &'static [&'static str],
    part: Part,
    form: Form,
    path: &'static [&'static str],
) -> Column {
    Column {
        name,
        others,
        part,
        form,
        path,
        is_place: false,
    }
}

const fn place(mut column: Column) -> Column {
    column.is_place = true;
    column
}

pub(super) const SKU: &str = "sku";
pub(super) const NAME: &str = "name";
pub(super) const PRICE: &str = "price";

/// All columns but those of specifications, in the order they are exported.
#[rustfmt::skip]
pub(crate) static COLUMNS: &[Column] = &[
    place(column(SKU, &["codigo", "código", "cod sku", "sku id", "id do sku", "codigo sku", "código sku", "referencia do sku"], Part::All, Form::Code, &["sku"])),
    column("active", &["ativo", "status", "situacao", "situação"], Part::Sku, Form::Flag, &["active"]),
    column(NAME, &["nome", "sku name", "nome do sku", "titulo", "título"], Part::Sku, Form::Text, &["name"]),
    column("weight", &["peso", "weight grams", "weight g", "peso g", "peso gramas", "peso em gramas"], Part::Sku, Form::Whole, &["weightGrams"]),
    column("weight_kg", &["peso kg", "peso quilos", "peso em kg"], Part::Sku, Form::Kilograms, &["weightGrams"]),
    column("height", &["altura", "height cm", "altura cm"], Part::Sku, Form::Decimal, &["dimensionsCm", "height"]),
    column("width", &["largura", "width cm", "largura cm"], Part::Sku, Form::Decimal, &["dimensionsCm", "width"]),
    column("length", &["comprimento", "profundidade", "length cm", "comprimento cm"], Part::Sku, Form::Decimal, &["dimensionsCm", "length"]),
    column("unit", &["unidade", "measurement unit", "unidade de medida"], Part::Sku, Form::Text, &["measurementUnit"]),
    column("multiplier", &["multiplicador", "unit multiplier"], Part::Sku, Form::Decimal, &["unitMultiplier"]),
    column("shipping_methods", &["metodos de envio", "métodos de envio", "formas de envio", "entregas"], Part::Sku, Form::List, &["shippingMethods"]),
    column("offerings", &["servicos", "serviços"], Part::Sku, Form::Json, &["offerings"]),
    column("product_id", &["id do produto", "codigo do produto", "código do produto", "id produto"], Part::Sku, Form::Code, &["catalog", "productId"]),
    column("product_name", &["produto", "nome do produto", "nome produto"], Part::Sku, Form::Text, &["catalog", "productName"]),
    column("description", &["descricao", "descrição"], Part::Sku, Form::Text, &["catalog", "description"]),
    column("brand", &["marca"], Part::Sku, Form::Text, &["catalog", "brand"]),
    column("category", &["categoria"], Part::Sku, Form::Text, &["catalog", "category"]),
    column("ean", &["gtin", "codigo de barras", "código de barras", "barcode"], Part::Sku, Form::Code, &["catalog", "ean"]),
    column("ref_id", &["referencia", "referência", "reference"], Part::Sku, Form::Code, &["catalog", "refId"]),
    column("images", &["imagens", "imagem", "image", "image urls", "fotos"], Part::Sku, Form::Pictures, &["catalog", "images"]),
    column(PRICE, &["preco", "preço", "preco por", "preço por", "preco de venda", "preço de venda", "valor"], Part::Price, Form::Price, &["price"]),
    column("list_price", &["preco de", "preço de", "preco de lista", "preço de lista"], Part::Price, Form::Money, &["listPrice"]),
    place(column("marketplace", &["account", "conta"], Part::Price, Form::Text, &["marketplace"])),
    place(column("sales_channel", &["canal", "canal de venda", "canal de vendas", "politica comercial", "política comercial", "trade policy"], Part::Price, Form::Text, &["salesChannel"])),
    column("valid_from", &["valido de", "válido de", "inicio", "início", "vigencia inicio", "vigência início"], Part::Price, Form::Time, &["validFrom"]),
    column("valid_until", &["valido ate", "válido até", "validade", "fim", "vigencia fim", "vigência fim"], Part::Price, Form::Time, &["validUntil"]),
    column("floor", &["preco minimo", "preço mínimo"], Part::Price, Form::Money, &["floor"]),
    place(column("warehouse", &["deposito", "depósito", "armazem", "armazém", "estoque local"], Part::Stock, Form::Text, &["warehouse"])),
    column("stock", &["estoque", "on hand", "quantidade", "saldo", "qtd", "quantity"], Part::Stock, Form::Units, &["onHand"]),
    place(column("as_of", &["atualizado em", "data da contagem", "counted at"], Part::All, Form::Time, &["asOf"])),
];

/// What names of columns of specifications begin with: of the SKU, and of its product.
pub(super) const SPECIFICATIONS: [(&str, Owner); 6] = [
    ("spec:", Owner::Sku),
    ("product_spec:", Owner::Product),
    ("especificação:", Owner::Sku),
    ("especificacao:", Owner::Sku),
    ("especificação do produto:", Owner::Product),
    ("especificacao do produto:", Owner::Product),
];

/// Whose specification it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Owner {
    /// The SKU's.
    Sku,
    /// Its product's.
    Product,
}

impl Owner {
    /// The field of the message's `catalog`.
    pub(super) const fn field(self) -> &'static str {
        match self {
            Self::Sku => "skuSpecifications",
            Self::Product => "productSpecifications",
        }
    }

    /// The name of the column of a specification.
    pub(crate) fn header(self, specification: &str) -> String {
        let beginning = SPECIFICATIONS.iter().find(|(_, owner)| *owner == self);
        let beginning = beginning.map_or("", |(beginning, _)| *beginning);
        format!("{beginning}{specification}")
    }
}
