using System.Reflection;
using Xunit;

namespace NativeHost.Storage.Tests;

public sealed class WallTests
{
    private static readonly Assembly Storage = typeof(ConversationStore).Assembly;

    [Fact]
    public void The_project_refers_to_no_other_of_ours()
    {
        var references = Storage.GetReferencedAssemblies().Select(reference => reference.Name!).Where(name => !name.StartsWith("System", StringComparison.Ordinal));

        Assert.Equal(["LiteDB"], references);
    }

    [Fact]
    public void No_type_of_LiteDB_can_be_seen_through_it()
    {
        var seen = Storage.GetExportedTypes()
            .SelectMany(type => type.GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(member => member is not MethodBase method || method.IsPublic || method.IsFamily)
            .SelectMany(TypesOf)
            .Where(type => type.Assembly.GetName().Name == "LiteDB");

        Assert.Empty(seen);
    }

    private static IEnumerable<Type> TypesOf(MemberInfo member) => member switch
    {
        MethodInfo method => [method.ReturnType, .. method.GetParameters().Select(parameter => parameter.ParameterType)],
        ConstructorInfo constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType),
        PropertyInfo { GetMethod.IsPublic: true } property => [property.PropertyType],
        FieldInfo { IsPublic: true } field => [field.FieldType],
        _ => [],
    };
}
