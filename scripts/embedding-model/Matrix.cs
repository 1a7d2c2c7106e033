/// <summary>A matrix of the model: [outputs][inputs], zeros at first.</summary>
internal sealed class Matrix(int outputs, int inputs)
{
    public int Outputs => outputs;

    public int Inputs => inputs;

    public float[] Values { get; } = new float[outputs * inputs];

    public float this[int output, int input]
    {
        set => Values[(output * inputs) + input] = value;
    }
}
