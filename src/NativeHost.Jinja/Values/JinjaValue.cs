namespace NativeHost.Jinja;

/// <summary>A value that a template works with.</summary>
/// <remarks>What a caller hands in is never changed by a rendering, and may be used by several at once.</remarks>
public abstract class JinjaValue
{
    private protected JinjaValue()
    {
    }

    /// <summary><c>none</c>, JSON's null.</summary>
    public static JinjaValue None { get; } = new JinjaConstant("none", false);

    /// <summary>What a name without a value has.</summary>
    public static JinjaValue Undefined { get; } = new JinjaConstant("an undefined value", false);

    /// <summary><c>true</c>.</summary>
    public static JinjaValue True { get; } = new JinjaConstant("true", true);

    /// <summary><c>false</c>.</summary>
    public static JinjaValue False { get; } = new JinjaConstant("false", false);

    /// <summary>As a message would call it: "a list".</summary>
    internal abstract string Description { get; }

    /// <summary>Whether it counts as true in a condition.</summary>
    internal abstract bool IsTrue { get; }

    internal bool IsBoolean => ReferenceEquals(this, True) || ReferenceEquals(this, False);

    internal bool IsUndefined => ReferenceEquals(this, Undefined);

    internal bool IsNone => ReferenceEquals(this, None);

    /// <summary>The value of a condition.</summary>
    public static JinjaValue Of(bool value) => value ? True : False;

    private sealed class JinjaConstant(string description, bool isTrue) : JinjaValue
    {
        internal override string Description => description;

        internal override bool IsTrue => isTrue;
    }
}
