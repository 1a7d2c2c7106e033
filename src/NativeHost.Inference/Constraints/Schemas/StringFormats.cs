using System.Collections.Frozen;
using NativeHost.Inference.Constraints.Automata;
using NativeHost.Inference.Constraints.Grammars;

namespace NativeHost.Inference.Constraints.Schemas;

/// <summary>The formats of strings, by patterns. Some are narrower than their standard allows: what is made is always valid.</summary>
internal static class StringFormats
{
    private const string Year = "[1-9][0-9]{3}";
    private const string LeapYear = "([1-9][0-9](0[48]|[2468][048]|[13579][26])|([2468][048]|[13579][26])00)";
    private const string DayOfYear = "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))";
    private const string Date = $"({Year}-{DayOfYear}|{LeapYear}-02-29)";
    private const string Time = @"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])";
    private const string Byte = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private const string Ipv4 = $@"{Byte}\.{Byte}\.{Byte}\.{Byte}";
    private const string Label = "[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?";
    private const string Host = $@"{Label}(\.{Label}){{0,4}}";

    private static readonly FrozenDictionary<string, Lazy<ByteAutomaton>> Known = new Dictionary<string, string>
    {
        ["date"] = Date,
        ["time"] = Time,
        ["date-time"] = $"{Date}T{Time}",
        ["uuid"] = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        ["email"] = $@"[A-Za-z0-9_+-]{{1,30}}(\.[A-Za-z0-9_+-]{{1,20}}){{0,2}}@{Label}(\.{Label}){{0,2}}\.[a-z]{{2,6}}",
        ["hostname"] = Host,
        ["ipv4"] = Ipv4,
        ["ipv6"] = "[0-9a-f]{1,4}(:[0-9a-f]{1,4}){7}",
        ["uri"] = $@"https?://{Host}(:[1-9][0-9]{{0,3}})?(/[A-Za-z0-9._~-]{{0,200}}){{0,20}}(\?[A-Za-z0-9._~&=-]{{0,500}})?(#[A-Za-z0-9._~-]{{0,100}})?",
    }.ToFrozenDictionary(format => format.Key, format => new Lazy<ByteAutomaton>(() => ByteAutomaton.Of(RegexParser.Parse(format.Value))));

    public static bool IsKnown(string format) => Known.ContainsKey(format);

    /// <exception cref="ConstraintException">There is no such format.</exception>
    public static ByteAutomaton Of(SchemaPart format) => Known.TryGetValue(format.Text(), out var node)
        ? node.Value
        : throw format.Fault($"The format '{format.Text()}' is not supported. There are {string.Join(", ", Known.Keys.Order())}; else use a pattern.");
}
