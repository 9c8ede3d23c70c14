//! What can go wrong with a data folder.

use std::fmt;
use std::path::PathBuf;

use types::Text;

/// Why the store did not do what it was asked.
#[derive(Debug)]
pub enum StoreError {
    /// Another process has the folder open for writing.
    Busy {
        /// The folder.
        folder: PathBuf,
    },
    /// There is no such folder, or it is a file.
    NotAFolder {
        /// The path.
        folder: PathBuf,
    },
    /// The folder holds no database: `init` was not run.
    NotInitialised {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder already holds a database.
    AlreadyInitialised {
        /// The folder.
        folder: PathBuf,
    },
    /// A newer program wrote the folder.
    TooNew {
        /// Schema version found.
        found: u32,
        /// Newest one this program knows.
        known: u32,
    },
    /// An older program wrote the folder: it must be opened for writing once.
    TooOld {
        /// Schema version found.
        found: u32,
        /// The one this program needs.
        needed: u32,
    },
    /// A program from before the first release wrote the folder, in a form that is no longer read.
    Outdated {
        /// Schema version found.
        found: u32,
        /// Oldest one that is read.
        oldest: u32,
    },
    /// The store was opened for reading.
    ReadOnly,
    /// There is nothing of that name.
    Unknown {
        /// What kind of thing.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// The original bytes of a delivery were destroyed.
    Destroyed {
        /// Hash of the delivery.
        hash: types::Hash,
    },
    /// The caller passed something that does not fit what is stored (a stale number, a path that leaves the folder).
    Unfit {
        /// What does not fit.
        why: String,
    },
    /// Stored data contradict themselves.
    Corrupt {
        /// Where and how.
        why: String,
    },
    /// A file could not be read or written.
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The database could not do it.
    Sql(sqlx::Error),
}

impl StoreError {
    /// The stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Busy { .. } => "busy",
            Self::NotAFolder { .. } => "not_a_folder",
            Self::NotInitialised { .. } => "not_initialised",
            Self::AlreadyInitialised { .. } => "already_initialised",
            Self::TooNew { .. } => "too_new",
            Self::TooOld { .. } => "too_old",
            Self::Outdated { .. } => "outdated",
            Self::ReadOnly => "read_only",
            Self::Unknown { .. } => "unknown",
            Self::Destroyed { .. } => "destroyed",
            Self::Unfit { .. } => "unfit",
            Self::Corrupt { .. } => "corrupt",
            Self::Io { .. } => "io",
            Self::Sql(_) => "sql",
        }
    }

    /// What the user reads.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Busy { folder } => Text::new(
                format!("另一个进程正在写入 `{}`，请等它结束；只读命令仍可使用", folder.display()),
                format!(
                    "another process is writing to `{}`; wait for it to end, commands that only read still work",
                    folder.display()
                ),
            ),
            Self::NotAFolder { folder } => Text::new(
                format!("没有文件夹 `{}`", folder.display()),
                format!("there is no folder `{}`", folder.display()),
            ),
            Self::NotInitialised { folder } => Text::new(
                format!("`{}` 不是数据文件夹，请先运行 `jianwei init`", folder.display()),
                format!("`{}` is not a data folder; run `jianwei init` first", folder.display()),
            ),
            Self::AlreadyInitialised { folder } => Text::new(
                format!("`{}` 已经是数据文件夹", folder.display()),
                format!("`{}` is a data folder already", folder.display()),
            ),
            Self::TooNew { found, known } => Text::new(
                format!("数据文件夹由更新的程序写成（结构 {found}，本程序只认识到 {known}），请升级程序"),
                format!(
                    "a newer program wrote the data folder (schema {found}, this one knows {known}); upgrade the program"
                ),
            ),
            Self::TooOld { found, needed } => Text::new(
                format!("数据文件夹由较旧的程序写成（结构 {found}，需要 {needed}），请先运行一次写入命令"),
                format!(
                    "an older program wrote the data folder (schema {found}, needed is {needed}); run a writing command once"
                ),
            ),
            Self::Outdated { found, oldest } => Text::new(
                format!(
                    "数据文件夹是早期格式（结构 {found}，可读的最早为 {oldest}），已不再支持：请用 `jianwei init` 新建并重新接收原始文件"
                ),
                format!(
                    "the data folder has an early format that is no longer read (schema {found}, the oldest read is {oldest}): \
                     make a new one with `jianwei init` and take the departments' files in again"
                ),
            ),
            Self::ReadOnly => Text::new("数据文件夹以只读方式打开", "the data folder is open for reading only"),
            Self::Unknown { what, name } => {
                let zh = match *what {
                    "delivery" => "批次",
                    "held delivery" => "待确认的批次",
                    "pack" => "业务包",
                    "subject" => "有线索的对象",
                    other => other,
                };
                Text::new(format!("没有{zh} `{name}`"), format!("there is no {what} `{name}`"))
            }
            Self::Destroyed { hash } => Text::new(
                format!("批次 `{}` 的原始数据已销毁", hash.short()),
                format!("the original of delivery `{}` was destroyed", hash.short()),
            ),
            Self::Unfit { why } => Text::new(format!("无法写入：{why}"), format!("this cannot be stored: {why}")),
            Self::Corrupt { why } => {
                Text::new(format!("数据文件夹内容损坏：{why}"), format!("the data folder is damaged: {why}"))
            }
            Self::Io { path, source } => Text::new(
                format!("无法读写 `{}`：{source}", path.display()),
                format!("cannot read or write `{}`: {source}", path.display()),
            ),
            Self::Sql(source) => Text::new(format!("数据库出错：{source}"), format!("the database failed: {source}")),
        }
    }

    pub(crate) fn corrupt(why: impl Into<String>) -> Self {
        Self::Corrupt { why: why.into() }
    }

    pub(crate) fn unfit(why: impl Into<String>) -> Self {
        Self::Unfit { why: why.into() }
    }
}

/// In English; [`StoreError::text`] has both languages.
impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Sql(source) => Some(source),
            _ => None,
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(source: sqlx::Error) -> Self {
        Self::Sql(source)
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(source: serde_json::Error) -> Self {
        Self::Corrupt { why: source.to_string() }
    }
}

impl From<casework::case::CaseMisfit> for StoreError {
    fn from(source: casework::case::CaseMisfit) -> Self {
        Self::Corrupt { why: source.to_string() }
    }
}

impl From<casework::Misfit> for StoreError {
    fn from(source: casework::Misfit) -> Self {
        Self::Corrupt { why: source.to_string() }
    }
}
