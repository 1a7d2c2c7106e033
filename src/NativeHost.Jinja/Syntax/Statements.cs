namespace NativeHost.Jinja.Syntax;

/// <summary>A part of a template that does something.</summary>
/// <param name="Offset">Where in the source it stands.</param>
internal abstract record Statement(int Offset);

internal sealed record TextOutput(int Offset, JinjaString Text) : Statement(Offset);

internal sealed record Print(int Offset, Expression Value) : Statement(Offset);

/// <summary>An expression whose value nobody wants.</summary>
internal sealed record Do(int Offset, Expression Value) : Statement(Offset);

internal sealed record If(int Offset, IfBranch[] Branches, Statement[] Otherwise) : Statement(Offset);

internal readonly record struct IfBranch(Expression Condition, Statement[] Body);

/// <param name="Offset">Where in the source it stands.</param>
/// <param name="Targets">One name, or several that an element is unpacked into.</param>
/// <param name="Iterable">What is gone through.</param>
/// <param name="Condition">Which elements are taken, or null for all.</param>
/// <param name="IsRecursive">Whether <c>loop()</c> may be called.</param>
/// <param name="Body">Once for each element.</param>
/// <param name="Otherwise">Where there is no element.</param>
internal sealed record For(int Offset, string[] Targets, Expression Iterable, Expression? Condition, bool IsRecursive, Statement[] Body, Statement[] Otherwise)
    : Statement(Offset);

internal sealed record Break(int Offset) : Statement(Offset);

internal sealed record Continue(int Offset) : Statement(Offset);

/// <summary><c>set targets = value</c></summary>
internal sealed record Set(int Offset, SetTarget[] Targets, Expression Value) : Statement(Offset);

/// <summary><c>set target | filters … endset</c></summary>
/// <param name="Offset">Where in the source it stands.</param>
/// <param name="Target">What gets the text.</param>
/// <param name="Body">Makes the text.</param>
/// <param name="Value">What is done to it: filters on the name <see cref="FilterBlock.BodyName"/>, or null.</param>
internal sealed record SetBlock(int Offset, SetTarget Target, Statement[] Body, Expression? Value) : Statement(Offset);

/// <summary>A name, or an attribute of the namespace that a name has.</summary>
internal readonly record struct SetTarget(string Name, JinjaString? Attribute);

internal sealed record With(int Offset, KeyValuePair<string, Expression>[] Names, Statement[] Body) : Statement(Offset);

internal sealed record Macro(int Offset, MacroDefinition Definition) : Statement(Offset);

/// <param name="Offset">Where in the source it stands.</param>
/// <param name="Callee">The call, to which the body is handed as <c>caller</c>.</param>
/// <param name="Body">What <c>caller()</c> gives.</param>
internal sealed record CallBlock(int Offset, Call Callee, MacroDefinition Body) : Statement(Offset);

/// <param name="Offset">Where in the source it stands.</param>
/// <param name="Value">Filters on the name <see cref="BodyName"/>.</param>
/// <param name="Body">Makes the text.</param>
internal sealed record FilterBlock(int Offset, Expression Value, Statement[] Body) : Statement(Offset)
{
    /// <summary>No template can write this name.</summary>
    public const string BodyName = "<body>";
}

/// <summary>Marks what a model is trained on; it only groups here.</summary>
internal sealed record Generation(int Offset, Statement[] Body) : Statement(Offset);

/// <param name="Name">Of the macro; "caller" for a call block.</param>
/// <param name="Parameters">In order.</param>
/// <param name="Body">Makes the text.</param>
/// <param name="Uses">Which of the names "varargs", "kwargs" and "caller" the body has: only then may a call have such arguments.</param>
internal sealed record MacroDefinition(string Name, MacroParameter[] Parameters, Statement[] Body, IReadOnlySet<string> Uses);

/// <param name="Name">Of the parameter.</param>
/// <param name="Default">Null where there is none: then it is undefined.</param>
internal readonly record struct MacroParameter(string Name, Expression? Default);
