namespace NativeHost.Jinja.Syntax;

/// <summary>A part of a template that has a value.</summary>
/// <param name="Offset">Where in the source it stands.</param>
internal abstract record Expression(int Offset);

internal sealed record Constant(int Offset, JinjaValue Value) : Expression(Offset);

internal sealed record Name(int Offset, string Identifier) : Expression(Offset);

internal sealed record ListDisplay(int Offset, Expression[] Items) : Expression(Offset);

internal sealed record DictionaryDisplay(int Offset, KeyValuePair<Expression, Expression>[] Entries) : Expression(Offset);

/// <summary><c>target.name</c></summary>
internal sealed record Member(int Offset, Expression Target, JinjaString Name) : Expression(Offset);

/// <summary><c>target[index]</c></summary>
internal sealed record Subscript(int Offset, Expression Target, Expression Index) : Expression(Offset);

/// <summary><c>target[start:stop:step]</c>; null where nothing is written.</summary>
internal sealed record Slice(int Offset, Expression Target, Expression? Start, Expression? Stop, Expression? Step) : Expression(Offset);

internal sealed record Call(int Offset, Expression Callee, Arguments Arguments) : Expression(Offset);

/// <summary><c>target | name(arguments)</c></summary>
internal sealed record Filter(int Offset, Expression Target, string Name, Arguments Arguments) : Expression(Offset);

/// <summary><c>target is [not] name arguments</c></summary>
internal sealed record Test(int Offset, Expression Target, string Name, Arguments Arguments, bool IsNegated) : Expression(Offset);

internal sealed record Not(int Offset, Expression Operand) : Expression(Offset);

internal sealed record Sign(int Offset, Expression Operand, bool IsNegative) : Expression(Offset);

internal sealed record And(int Offset, Expression Left, Expression Right) : Expression(Offset);

internal sealed record Or(int Offset, Expression Left, Expression Right) : Expression(Offset);

internal sealed record Arithmetic(int Offset, ArithmeticOperator Operator, Expression Left, Expression Right) : Expression(Offset);

/// <summary><c>first op right op right …</c>: each neighbour pair must hold.</summary>
internal sealed record Comparison(int Offset, Expression First, ComparisonStep[] Steps) : Expression(Offset);

internal readonly record struct ComparisonStep(ComparisonOperator Operator, Expression Right);

/// <summary><c>then if condition else otherwise</c></summary>
internal sealed record Conditional(int Offset, Expression Condition, Expression Then, Expression? Otherwise) : Expression(Offset);

/// <summary>What stands between the brackets of a call.</summary>
/// <param name="Positional">In order.</param>
/// <param name="Named">In order.</param>
/// <param name="MorePositional">Behind one star, or null.</param>
/// <param name="MoreNamed">Behind two stars, or null.</param>
internal sealed record Arguments(Expression[] Positional, KeyValuePair<string, Expression>[] Named, Expression? MorePositional = null, Expression? MoreNamed = null)
{
    public static Arguments None { get; } = new([], []);
}

internal enum ArithmeticOperator
{
    Add,
    Subtract,
    Concatenate,
    Multiply,
    Divide,
    DivideWhole,
    Remainder,
    Power,
}

internal enum ComparisonOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
}
