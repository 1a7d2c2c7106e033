using NativeHost.Jinja.Evaluation;

namespace NativeHost.Jinja;

/// <summary>Something that can be called: a function, a method of a value, a macro.</summary>
internal sealed class JinjaFunction(Func<RenderState, CallArguments, JinjaValue> body) : JinjaValue
{
    internal override string Description => "a function";

    internal override bool IsTrue => true;

    public JinjaValue Invoke(RenderState state, CallArguments arguments) => body(state, arguments);
}
