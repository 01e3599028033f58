//! One value of a page, read into a column of every type: straight from the page, and by its typed row. Both decoders accept
//! the same values, and make the same of them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use bytes::Bytes;
use serde::de::{Deserialize, Deserializer, MapAccess};

use crate::declare::resource::{Resource, ResourceDef};
use crate::decode::batch_plan::BatchPlan;
use crate::decode::{DecodeSpec, PageRows, decode, decode_directly};
use crate::json::raw::Json;
use crate::paginate::SinglePage;
use crate::schema::batch::Batch;
use crate::schema::column::{Column, ColumnDef};
use crate::schema::object::{FieldKeys, FieldNames, Object, object, skip};
use crate::schema::row::Row;
use crate::schema::verbatim::{NotVerbatim as _, OptionalVerbatim};

/// Types of the user's.
#[allow(missing_docs, unreachable_pub, dead_code, reason = "as a module of the user's")]
#[declarest_macros::source(crate = crate, base_url = "http://127.0.0.1:9", auth = none)]
mod user {
    #[resource(name = rows, path = "/")]
    pub struct Any {
        pub part: Part,
    }

    #[nested]
    pub struct Part {
        pub a: u32,
        pub b: Option<String>,
        pub c: Vec<Name>,
    }

    #[nested]
    pub enum Name {
        Low,
        High,
    }

    #[nested]
    pub enum Open {
        Low,
        #[other]
        Other(String),
    }
}

/// A row with one field, decoded as the macro's code does.
struct Of<T> {
    value: T,
}

impl<T: Column> Object for Of<T> {
    const EXPECTED: &'static str = "a row";
    const KEYS: &'static [&'static str] = &["value"];

    fn names() -> &'static FieldNames {
        static NAMES: FieldNames = FieldNames::new(&["value"]);
        &NAMES
    }

    fn members<'de, A: MapAccess<'de>>(keys: &mut FieldKeys<'_>, map: &mut A) -> Result<Self, A::Error> {
        let mut slot = T::absent();
        while let Some(key) = keys.next(map)? {
            if key == 0 { T::field(map, &mut slot) } else { skip(map) }?;
        }
        Ok(Self { value: T::required(map, slot, "value")? })
    }
}

impl<'de, T: Column> Deserialize<'de> for Of<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object(deserializer)
    }
}

/// A type as the macro declares the column of a field of it.
trait Declared: Column + Send + 'static {
    const COLUMN: ColumnDef;
}

impl<T: Declared> Resource for Of<T> {
    type Paginator = SinglePage;
    const DEF: &'static ResourceDef = &ResourceDef {
        name: "values",
        columns: &[T::COLUMN],
        fields: Some(Self::KEYS),
        direct: true,
        ..ResourceDef::DEFAULT
    };

    fn row<'a>(&'a self, row: &mut Row<'a>) {
        self.value.put(row);
    }
}

/// Lines of JSON text, each the value of a row.
pub fn value(data: &[u8]) {
    let mut earlier: &[u8] = b"null";
    for value in data.split(|byte| *byte == b'\n') {
        let row = |values: &[&[u8]]| {
            let members = values.iter().map(|value| [b"\"value\":", *value].concat());
            [b"{", &*members.collect::<Vec<_>>().join(&b","[..]), b"}"].concat()
        };
        let once = row(&[value]);
        let list = |rows: &[&[u8]]| Bytes::from([b"[", &*rows.join(&b","[..]), b"]"].concat());
        let bodies = [
            list(&[&once]),
            list(&[&row(&[earlier]), &once]),
            // The last of two values counts, whatever the row before has.
            list(&[&once, &row(&[earlier, value])]),
            list(&[&once, b"{}"]),
        ];
        for body in &bodies {
            each_type(body);
        }
        earlier = value;
    }
}

fn same<T: Declared>(body: &Bytes) {
    let columns = Arc::new(BatchPlan::new(Arc::new(Of::<T>::DEF.table_schema([])), Vec::new()));
    let spec = DecodeSpec::new(Of::<T>::DEF, None, Some(&columns));
    assert!(spec.is_ok(), "the declaration is right");
    let Ok(spec) = spec else { return };
    let direct = decode_directly(body, &spec).map(|page| batch(page.rows));
    let typed = decode::<Of<T>>(body, &spec.by_rows()).ok().map(|page| batch(page.rows));
    assert_eq!(direct, typed, "{}", std::any::type_name::<T>());
}

fn batch(rows: PageRows) -> Option<Batch> {
    match rows {
        PageRows::Batch(batch) => Some(batch),
        PageRows::Typed(..) => None,
    }
}

macro_rules! types {
    ($each:ident: $($type:ty),* $(,)?) => {
        $(
            impl Declared for $type {
                const COLUMN: ColumnDef = ColumnDef::of("value", <$type as Column>::STORED)
                    .verbatim_if(OptionalVerbatim::<$type>::is_verbatim);
            }
        )*

        fn $each(body: &Bytes) {
            $(same::<$type>(body);)*
        }
    };
}

types! {
    built_in:
    bool, i8, i16, i32, i64, u8, u16, u32, u64, f32, f64, char, String, Json,
    jiff::Timestamp, jiff::civil::Date, jiff::civil::Time, jiff::civil::DateTime,
    Option<bool>, Option<i8>, Option<u64>, Option<f32>, Option<f64>, Option<char>, Option<String>, Option<Json>,
    Option<jiff::Timestamp>, Option<jiff::civil::Date>, Option<jiff::civil::Time>, Option<jiff::civil::DateTime>,
    Box<i32>, Box<Option<String>>, Option<Box<jiff::Timestamp>>, Option<Option<u16>>,
    Vec<u8>, Vec<String>, Vec<Option<i8>>, Vec<f64>, Option<Vec<String>>, BTreeMap<String, i64>, HashMap<String, Vec<bool>>,
    user::Part, Option<user::Part>, Vec<user::Part>, Box<user::Part>,
    user::Name, Option<user::Name>, Vec<user::Name>, user::Open, Option<user::Open>,
}

#[cfg(feature = "chrono")]
types! {
    chronos:
    chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::FixedOffset>, chrono::NaiveDateTime, chrono::NaiveDate,
    chrono::NaiveTime, Option<chrono::DateTime<chrono::Utc>>, Option<chrono::NaiveTime>,
}

fn each_type(body: &Bytes) {
    built_in(body);
    #[cfg(feature = "chrono")]
    chronos(body);
}
