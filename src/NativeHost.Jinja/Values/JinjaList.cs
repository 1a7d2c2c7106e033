namespace NativeHost.Jinja;

/// <summary>A list. A tuple is a list here.</summary>
public sealed class JinjaList : JinjaValue
{
    private readonly List<JinjaValue> _items;

    /// <summary>A list of the context, which a template cannot change.</summary>
    public JinjaList(IEnumerable<JinjaValue> items)
        : this([.. items], isFrozen: true)
    {
    }

    internal JinjaList(List<JinjaValue> items, bool isFrozen = false)
    {
        _items = items;
        IsFrozen = isFrozen;
    }

    /// <summary>The elements.</summary>
    public IReadOnlyList<JinjaValue> Items => _items;

    /// <summary>Whether <c>append</c> and <c>pop</c> are refused.</summary>
    internal bool IsFrozen { get; }

    /// <summary>The elements of a list that the template made, to change.</summary>
    internal List<JinjaValue> Own => _items;

    internal override string Description => "a list";

    internal override bool IsTrue => _items.Count > 0;
}
