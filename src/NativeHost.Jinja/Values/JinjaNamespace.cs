namespace NativeHost.Jinja;

/// <summary>What <c>namespace()</c> makes: the one thing whose attributes a template can set.</summary>
internal sealed class JinjaNamespace : JinjaValue
{
    public JinjaDict Attributes { get; } = new();

    internal override string Description => "a namespace";

    internal override bool IsTrue => true;
}
