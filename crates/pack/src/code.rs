//! The codes of findings, each with its title and its page in docs/reference/codes.
//!
//! To add a code: a line here, its page `docs/reference/codes/JWnnnn.md`, the rule that gives it (a file in `check/` where it
//! is a rule of its own), and a case in `tests/findings/`.

use std::sync::LazyLock;

use types::Text;

/// One code with what there is to know about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingCode {
    /// The code, as `JW0203`.
    pub code: &'static str,
    /// What it says, in a few words.
    pub title: Text,
    /// Its page, in Markdown.
    pub page: &'static str,
}

/// All codes, in order.
#[must_use]
pub fn codes() -> &'static [FindingCode] {
    &ALL
}

macro_rules! codes {
    ($($name:ident = $code:literal, $zh:literal, $en:literal;)*) => {
        $(#[doc = $en] pub(crate) const $name: &str = $code;)*

        static ALL: LazyLock<Vec<FindingCode>> = LazyLock::new(|| vec![$(FindingCode {
            code: $code,
            title: Text::new($zh, $en),
            page: include_str!(concat!("../../../docs/reference/codes/", $code, ".md")),
        }),*]);
    };
}

codes! {
    NOT_UTF8 = "JW0101", "文件不是 UTF-8 编码", "the file is not UTF-8";
    YAML_SYNTAX = "JW0102", "YAML 写法有误", "YAML syntax";
    DUPLICATE_KEY = "JW0103", "键重复", "duplicate key";
    UNKNOWN_KEY = "JW0104", "未知的键", "unknown key";
    MISSING_KEY = "JW0105", "缺少必填的键", "missing key";
    WRONG_SHAPE = "JW0106", "形状不对", "wrong shape";
    UNKNOWN_TYPE = "JW0107", "未知的类型", "unknown type";
    BAD_DATE = "JW0108", "日期有误", "bad date";
    BAD_NUMBER = "JW0109", "数字有误", "bad number";
    BAD_PERIOD = "JW0110", "时长有误", "bad period";
    BAD_WINDOW = "JW0111", "时间窗有误", "bad window";
    BAD_MODE = "JW0112", "更新方式有误", "bad mode";
    BAD_COVERS = "JW0113", "覆盖期间有误", "bad covers";
    BAD_RHYTHM = "JW0114", "报送节奏有误", "bad rhythm";
    UNKNOWN_WORD = "JW0115", "不是允许的取值", "not one of the words that may stand here";
    UNEXPECTED_FILE = "JW0116", "业务包中不该有的文件", "a file that no pack has";
    BAD_NAME = "JW0117", "名称不合规", "not a name";
    UNREADABLE = "JW0118", "业务包读不出来", "the pack cannot be read";

    UNKNOWN_FEED = "JW0201", "未知的数据源", "unknown feed";
    UNKNOWN_COLUMN = "JW0202", "未知的列", "unknown column";
    UNKNOWN_FEATURE = "JW0203", "未知的特征或属性", "unknown feature or attribute";
    UNKNOWN_KIND = "JW0204", "未知的对象类别", "unknown kind of subject";
    UNKNOWN_PARAMETER = "JW0205", "未知的参数", "unknown parameter";
    UNKNOWN_FUNCTION = "JW0206", "未知的函数", "unknown function";
    UNKNOWN_WORKFLOW = "JW0207", "未知的流程", "unknown workflow";
    UNKNOWN_PACK = "JW0208", "找不到所依赖的业务包", "unknown pack";
    DEFINED_TWICE = "JW0209", "重复定义", "defined twice";
    SHADOWS = "JW0210", "名称遮住了另一个", "a name hides another";
    RESERVED_NAME = "JW0211", "保留的名称", "reserved name";
    CYCLIC_FEATURES = "JW0212", "特征互相依赖", "features read each other in a circle";
    CYCLIC_PACKS = "JW0213", "业务包互相依赖", "packs build on each other in a circle";
    MUST_BE_REQUIRED = "JW0214", "该列不能是可空列", "this column must not be optional";
    VALID_NOT_A_DATE = "JW0215", "发生日期列不是日期", "the valid column is not a date";
    KEY_TYPE = "JW0216", "关联列与底册主键类型不一致", "a key of another type";
    NO_LINK = "JW0217", "数据源没有到该对象的关联", "the feed has no link of this kind";
    NO_WAY = "JW0218", "数据到不了该对象，或有多条路", "no way, or more than one, to the subject";
    DERIVED_KEY = "JW0219", "派生底册用法有误", "a derived register is misused";
    SCOPE_TOO_FINE = "JW0220", "快照范围比日期更细", "a scope finer than the valid dates";
    UNKNOWN_MODEL = "JW0221", "未知的模型", "unknown model";
    PACK_ID = "JW0222", "业务包编号与文件夹名不同", "the id is not the folder's name";
    FOREIGN_NAME = "JW0223", "用了没有作为基础的业务包的名称", "a name of a pack that this one does not build on";
    UNKNOWN_AGREEMENT = "JW0224", "未知的协议", "unknown agreement";

    SYNTAX = "JW0301", "表达式写法有误", "syntax of an expression";
    NOT_SUPPORTED = "JW0302", "表达式语言不支持", "not part of the expression language";
    TYPE_MISMATCH = "JW0303", "类型不一致", "types that do not go together";
    UNIT_MISMATCH = "JW0304", "单位不一致", "units that do not go together";
    GRAIN_MISMATCH = "JW0305", "日期粒度不一致", "a day compared with a month or a year";
    MAYBE_ABSENT = "JW0306", "可能为空的值直接比较", "a value that may be absent is compared";
    NEVER_TRUE = "JW0307", "条件永远不成立", "never true";
    AGGREGATE = "JW0308", "聚合用法有误", "an aggregate is misused";
    LOOKUP = "JW0309", "参数表用法有误", "a parameter table is misused";

    OVERLAP = "JW0401", "参数取值的时间重叠", "values of a parameter overlap";
    VALUE_TYPE = "JW0402", "取值与类型不符", "a value of the wrong type";
    BAD_PLACE = "JW0403", "不是地区代码", "not a place code";
    WINDOW_GRAIN = "JW0404", "按天的时间窗用在按月或按年的数据上", "a length in days over month- or year-valued rows";
    MISPLACED_SETTING = "JW0405", "这里用不上的设置", "a setting that has no meaning here";
    FROM_AFTER_TO = "JW0406", "开始晚于结束", "from after to";
    BAD_TOLERATE = "JW0407", "容忍比例不在 0 到 1 之间", "tolerate outside 0 to 1";
    TOLERATE_NOT_A_PLACE = "JW0408", "只有地区的特征才能容忍缺失", "tolerate on a feature that is not of a place";
    NO_TEST_VALUE = "JW0409", "测试地区没有生效的参数值", "no value at the test place and date";
    BAD_BAND = "JW0410", "分段有误", "bad band";
    BANDS_OVERLAP = "JW0411", "分段重叠", "bands overlap";
    ROW_TWICE = "JW0412", "表中的键重复", "the same keys twice";
    BAND_GAP = "JW0413", "分段之间有空档", "a gap between bands";
    NOT_AS_AGREED = "JW0414", "数据源与协议不符", "a feed is not as agreed";

    OPENS_UNREACHABLE = "JW0501", "工单对象到不了", "the case's subject cannot be reached";
    EXPLAIN_UNREAD = "JW0502", "说明里的名称不存在", "explain names what there is not";
    SEVERITY_ORDER = "JW0503", "级别顺序有误", "levels in a wrong order";
    GIVEN_UNREAD = "JW0504", "测试给了模型不读的值", "a test gives what the model does not read";
    NOT_GIVEN = "JW0505", "测试没有给全", "a test does not give all that is needed";
    EXPECTS_NOTHING = "JW0506", "测试什么也没有检查", "a test expects nothing";
    NO_TEST = "JW0507", "模型没有测试", "a model without a test";
    WHERE_OPTIONAL = "JW0508", "筛选条件读了可空列", "where reads an optional column";
    IMPLIED = "JW0509", "一个条件包含了另一个", "one line implies another";
    FILE_NAME = "JW0510", "文件名与编号不符", "the file's name does not begin with the id";
    NEVER_TRUE_IN_FORCE = "JW0511", "按生效的参数永远不成立", "never true with the parameters in force";

    INDICATOR = "JW0601", "指标用法有误", "an indicator is misused";

    UNKNOWN_STEP = "JW0701", "流程中未知的名称", "a name that the workflow does not have";
    STUCK_STATE = "JW0702", "到不了或走不出的状态", "a state that cannot be reached or left";
    NOT_PUBLIC = "JW0703", "公示了不可公开的字段", "a field that may not be published";
}
