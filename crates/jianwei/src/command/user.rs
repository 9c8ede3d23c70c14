//! `jianwei user add NAME --role ROLE@PLACE`: who may sign in.

use clap::Subcommand;
use server::hash_password;
use store::NewPerson;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Table, print};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    action: Action,
}

/// What to do with those who sign in.
#[derive(Debug, Subcommand)]
enum Action {
    /// Adds someone, or gives someone another password and other roles.
    #[command(about = "增加账号，或重设密码和角色 | add someone, or change password and roles")]
    Add {
        /// Login.
        #[arg(value_name = "NAME", help = "登录名 | login")]
        name: String,
        /// Name shown.
        #[arg(long, value_name = "TEXT", help = "显示的姓名，默认同登录名 | name shown")]
        title: Option<String>,
        /// Roles with their places.
        #[arg(
            long = "role",
            required = true,
            value_name = "ROLE@PLACE",
            help = "角色@地区代码，可多个 | role@place code, several allowed"
        )]
        roles: Vec<String>,
        /// Where the password stands.
        #[arg(
            long,
            value_name = "FILE",
            help = "密码文件，`-` 为标准输入 | a file with the password, `-` for standard input"
        )]
        password_file: std::path::PathBuf,
        /// Language of the pages.
        #[arg(long, value_name = "zh|en", default_value = "zh", help = "页面语言 | language of the pages")]
        language: String,
    },
    /// Lists everyone.
    #[command(about = "列出账号 | list everyone")]
    List,
}

/// The shortest password that is taken.
const SHORTEST: usize = 12;

/// Adds or lists.
pub async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    match &args.action {
        Action::Add { name, title, roles, password_file, language } => {
            let password = if password_file.as_os_str() == "-" {
                std::io::read_to_string(std::io::stdin())
            } else {
                std::fs::read_to_string(password_file)
            };
            let password = password.map_err(|error| Failure::unreadable(password_file, &error))?;
            let folder = context.open_for_writing().await?;
            let account = Account {
                name,
                title: title.as_deref().unwrap_or(name),
                password: password.trim_end_matches(['\r', '\n']),
                language,
            };
            add(&folder, &account, roles, context).await?;
            folder.store.close().await;
            context.note(format!("已保存账号 {name}"), format!("{name} is saved"));
            Ok(Exit::Ok)
        }
        Action::List => {
            let folder = context.open().await?;
            let mut table = Table::new(["登录名 name", "姓名 title", "角色 roles"]);
            for person in folder.store.people().await? {
                let roles = person.grants.iter().map(|(role, place)| format!("{role}@{place}"));
                table.row([person.name.clone(), person.title.clone(), roles.collect::<Vec<_>>().join(" ")]);
            }
            print(&table.render())?;
            Ok(Exit::Ok)
        }
    }
}

/// Someone to be added.
pub struct Account<'a> {
    /// Login.
    pub name: &'a str,
    /// Name shown.
    pub title: &'a str,
    /// Password.
    pub password: &'a str,
    /// Language of the pages.
    pub language: &'a str,
}

/// Adds `account` with `roles`, each `role@place`.
pub async fn add(
    folder: &pipeline::DataFolder,
    account: &Account<'_>,
    roles: &[String],
    context: &Context,
) -> Result<(), Failure> {
    if account.password.chars().count() < SHORTEST {
        return Err(Failure::refused(
            "password-short",
            format!("密码至少 {SHORTEST} 个字符"),
            format!("a password has at least {SHORTEST} characters"),
        ));
    }
    if !matches!(account.language, "zh" | "en") {
        return Err(Failure::refused("bad-language", "语言是 zh 或 en", "a language is zh or en"));
    }
    let programme = folder.programme().await?;
    let mut grants = Vec::new();
    for written in roles {
        let grant = written.split_once('@').and_then(|(role, place)| {
            programme.roles.get(role)?;
            Some((role.to_owned(), codes::code("place")?.check(place).ok()?))
        });
        grants.push(grant.ok_or_else(|| {
            let known: Vec<&str> = programme.roles.keys().map(String::as_str).collect();
            Failure::refused(
                "unknown-role",
                format!("`{written}` 不是 角色@地区代码；角色有：{}", known.join("、")),
                format!("`{written}` is not role@place; the roles are {}", known.join(", ")),
            )
        })?);
    }
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|error| Failure::fault(format!("no randomness: {error}")))?;
    let password = hash_password(account.password, &salt).ok_or_else(|| Failure::fault("no hash of a password"))?;
    let person = NewPerson {
        name: account.name.to_owned(),
        title: account.title.to_owned(),
        password,
        language: account.language.to_owned(),
        grants,
        added_at: context.caller(folder).await?.now,
    };
    folder.store.put_person(&person).await?;
    Ok(())
}
