namespace NativeHost.Storage.Database;

/// <summary>What a caller may see: the one place where callers become origins.</summary>
internal static class Reach
{
    /// <summary>The origins whose records are there for the caller, its own first. An id that several of them have means the first one's.</summary>
    public static IReadOnlyList<int> Of(Tables tables, StoreCaller caller)
    {
        Checks.Origin(caller.Origin);
        var own = tables.Origins.Find(caller.Origin);
        IEnumerable<int> others = caller.SeesAll
            ? tables.Origins.Numbers
            : caller.Granted.Select(tables.Origins.Find).OfType<int>();
        return [.. (own is { } number ? new[] { number } : []).Concat(others).Distinct()];
    }
}
